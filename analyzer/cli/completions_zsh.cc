#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "cli/completion_text.h"
#include "cli/completions.h"

namespace plowline {
namespace {

// The name of a shell function for a command: "plowline backfill plan" -> "_plowline_backfill_plan".
std::string function_name(std::string_view path) {
  std::string out = "_" + std::string(path);
  std::ranges::replace(out, ' ', '_');
  return out;
}

// The end of an _arguments specification: `:MESSAGE:ACTION`. A colon in either would end it.
std::string zsh_value(std::string_view name, ValueKind kind, const std::vector<std::string>& choices) {
  const std::string message = ":" + escaped(one_line(name), "\\:");
  switch (kind) {
    case ValueKind::kNone:
      return {};
    case ValueKind::kText:
      return message + ": ";
    case ValueKind::kChoice:
      return fmt::format("{}:({})", message,
                         quoted_list(choices, [](std::string_view word) { return escaped(word, "\\: ()'\"$`"); }));
    case ValueKind::kFile:
      return message + ":_files";
    case ValueKind::kDirectory:
      return message + ":_files -/";
  }
  return {};
}

// One specification per name of the flag. A flag that may be given once excludes itself and its other names.
std::vector<std::string> zsh_flag(const Flag& flag) {
  std::vector<std::string> specifications;
  for (const std::string& name : flag.names) {
    std::string out = flag.repeatable ? "*" : fmt::format("({})", fmt::join(flag.names, " "));
    out += escaped(name, "\\:[");
    if (flag.kind != ValueKind::kNone) out += name.starts_with("--") ? "=" : "+";
    out += fmt::format("[{}]", escaped(one_line(flag.description), "\\[]:"));
    specifications.push_back(out + zsh_value(flag.value_name, flag.kind, flag.choices));
  }
  return specifications;
}

std::vector<std::string> zsh_positionals(const CommandLine& command) {
  std::vector<std::string> specifications;
  for (std::size_t i = 0; i < command.positionals.size(); ++i) {
    const Positional& positional = command.positionals[i];
    std::string out = positional.repeated ? "*" : fmt::format("{}{}", i + 1, positional.required ? "" : ":");
    out += zsh_value(positional.name, positional.kind, positional.choices);
    // A word that begins like a flag is to be completed as one: zsh would take it for any text otherwise.
    if (positional.kind == ValueKind::kText) out += fmt::format("_guard \"^-*\" {}", sh_quoted(positional.name));
    specifications.push_back(std::move(out));
  }
  return specifications;
}

// The part of a command's function that goes on to its subcommands.
std::string zsh_subcommands(const std::string& path, const CommandLine& command) {
  std::string out = "  case $state in\n    command)\n      subcommands=(\n";
  std::string cases;
  for (const CommandLine* subcommand : visible_subcommands(command)) {
    const std::string entry = escaped(subcommand->name, "\\:") + ":" + one_line(subcommand->description);
    out += fmt::format("        {}\n", sh_quoted(entry));
    cases +=
        fmt::format("        {}) {} ;;\n", sh_quoted(subcommand->name), function_name(path + " " + subcommand->name));
  }
  out += "      )\n      _describe -t commands 'command' subcommands\n      ;;\n";
  out += "    arguments)\n      curcontext=\"${curcontext%:*}-$line[1]:\"\n      case $line[1] in\n";
  return out + cases + "      esac\n      ;;\n  esac\n";
}

std::string zsh_function(const CommandPath& entry) {
  std::vector<std::string> specifications;
  for (const Flag& flag : entry.all_flags) {
    for (std::string& specification : zsh_flag(flag)) specifications.push_back(std::move(specification));
  }
  const bool branches = !visible_subcommands(*entry.command).empty();
  std::string out = fmt::format("{}() {{\n", function_name(entry.path));
  if (branches) {
    out += "  local curcontext=\"$curcontext\" state state_descr line\n  local -A opt_args\n  local -a subcommands\n";
    specifications.insert(specifications.end(), {"1:command:->command", "*::argument:->arguments"});
  } else {
    for (std::string& specification : zsh_positionals(*entry.command))
      specifications.push_back(std::move(specification));
  }
  out += branches ? "  _arguments -C -s -S" : "  _arguments -s -S";
  for (const std::string& specification : specifications) out += " \\\n    " + sh_quoted(specification);
  out += branches ? " && return\n" + zsh_subcommands(entry.path, *entry.command) : "\n";
  return out + "}\n\n";
}

}  // namespace

std::string zsh_completions(const CommandLine& root) {
  std::string out =
      fmt::format("#compdef {0}\n# zsh completion for {0}, written by `{0} completions zsh`.\n\n", root.name);
  for (const CommandPath& entry : all_commands(root)) out += zsh_function(entry);
  // In a folder of $fpath the file is the body of the function itself; sourced, it registers the function.
  return out + fmt::format("if [[ \"${{funcstack[1]}}\" = {0} ]]; then\n  {0} \"$@\"\nelse\n  compdef {0} {1}\nfi\n",
                           function_name(root.name), root.name);
}

}  // namespace plowline
