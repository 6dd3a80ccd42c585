#include "cli/man_page.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <vector>

namespace plowline {
namespace {

// The code point of the UTF-8 sequence at the start of `text`, which is cut off; U+FFFD for a broken one.
std::uint32_t take_code_point(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
  if (length == 0 || length > text.size()) {
    text.remove_prefix(1);
    return 0xFFFD;
  }
  std::uint32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = (code << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(length);
  return code;
}

// `text` taken literally, within a line. In roff a bare `-` is a typographic hyphen, which a shell does not know;
// quotes are written as escapes because they delimit a macro's arguments.
std::string literal(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::uint32_t code = take_code_point(text);
    switch (code) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '"':
        out += "\\(dq";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      default:
        if (code >= 0x80) {
          out += fmt::format("\\[u{:04X}]", code);
        } else {
          out += code < 0x20 || code == 0x7F ? ' ' : static_cast<char>(code);
        }
    }
  }
  return out;
}

// `text` as a line of its own, whatever it begins with: a leading dot would be a request.
std::string line(std::string_view text) {
  std::string out = literal(text);
  return (out.starts_with('.') || out.empty() ? "\\&" : "") + out + "\n";
}

std::string bold(std::string_view text) {
  return "\\fB" + literal(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + literal(text) + "\\fR";
}

// Paragraphs that stand apart by an empty line.
std::string paragraphs(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += end == 0 ? ".PP\n" : line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string sentence(std::string text) {
  // dbt and plowline are written small, also at the beginning.
  const bool name = text.starts_with("dbt") || text.starts_with("plowline");
  if (!name && !text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  if (!text.empty() && !text.ends_with('.')) text += '.';
  return text;
}

// What may stand as a value: the closed set, or the value's name.
std::string value_text(const std::string& name, const std::vector<std::string>& choices) {
  if (choices.empty()) return italic(name);
  std::string out;
  for (const std::string& choice : choices) out += (out.empty() ? "" : "|") + bold(choice);
  return out;
}

std::string positional_text(const Positional& positional) {
  const std::string repeated = positional.repeated ? "\\ ..." : "";
  const std::string value = italic(positional.name);
  return positional.required ? value + repeated : "[" + value + repeated + "]";
}

// ".B plowline command" with what may stand behind it.
std::string synopsis(const std::string& path, const CommandLine& command) {
  std::string out = bold(path);
  out += " [" + italic("option") + "]\\ ...";
  if (!visible_subcommands(command).empty()) out += " " + italic("command");
  for (const Positional& positional : command.positionals) out += " " + positional_text(positional);
  return out;
}

std::string flag_entry(const Flag& flag) {
  std::string out = ".TP\n";
  for (const std::string& name : flag.names) {
    if (&name != &flag.names.front()) out += ", ";
    out += bold(name);
  }
  if (flag.kind != ValueKind::kNone) out += " " + value_text(flag.value_name, flag.choices);
  out += "\n" + line(sentence(flag.description));
  if (flag.repeatable) out += "May be given more than once.\n";
  if (!flag.default_value.empty()) out += fmt::format("Default: {}.\n", bold(flag.default_value));
  if (!flag.environment.empty()) out += fmt::format("Also set by {}.\n", bold(flag.environment));
  return out;
}

std::string positional_entry(const Positional& positional) {
  std::string out = ".TP\n" + italic(positional.name) + "\n" + line(sentence(positional.description));
  if (!positional.choices.empty()) out += fmt::format("One of {}.\n", value_text({}, positional.choices));
  return out;
}

std::string entries(const CommandLine& command, const std::vector<Flag>& flags) {
  std::string out;
  for (const Positional& positional : command.positionals) out += positional_entry(positional);
  for (const Flag& flag : flags) out += flag_entry(flag);
  return out;
}

std::string command_section(const CommandPath& entry) {
  std::string out = ".SS " + line(entry.path);
  out += synopsis(entry.path, *entry.command) + "\n.PP\n" + line(sentence(entry.command->description));
  if (!entry.command->about.empty()) out += ".PP\n" + paragraphs(entry.command->about);
  return out + entries(*entry.command, entry.command->flags);
}

// The variables that stand for flags, each once, in alphabetical order.
std::string environment_section(const std::vector<CommandPath>& commands) {
  std::vector<std::pair<std::string, std::string>> variables;  // name, flag
  for (const auto& [path, command, all_flags] : commands) {
    for (const Flag& flag : command->flags) {
      if (!flag.environment.empty()) variables.emplace_back(flag.environment, flag.names.front());
    }
  }
  std::ranges::sort(variables);
  const auto repeated = std::ranges::unique(variables);
  variables.erase(repeated.begin(), repeated.end());
  if (variables.empty()) return {};
  std::string out = ".SH ENVIRONMENT\n";
  for (const auto& [name, flag] : variables) {
    out += fmt::format(".TP\n{}\nSets {} where the flag is not given.\n", bold(name), bold(flag));
  }
  return out;
}

std::string examples_section(const std::vector<CommandPath>& commands) {
  std::string out;
  for (const auto& [path, command, all_flags] : commands) {
    for (const Example& example : command->examples) {
      if (!out.empty()) out += ".PP\n";
      out += fmt::format("{}.PP\n.RS 4\n.EX\n{}.EE\n.RE\n", line(sentence(example.description)), line(example.line));
    }
  }
  return out.empty() ? out : ".SH EXAMPLES\n" + out;
}

// As ExitStatus of diagnostic/error.h has them.
constexpr std::string_view kExitStatus = R"(.SH EXIT STATUS
.TP
.B 0
Fine.
.TP
.B 1
There are findings, or a check did not hold.
.TP
.B 2
Wrong usage or configuration.
.TP
.B 3
An input could not be read.
)";

}  // namespace

std::string man_page(const CommandLine& root, std::string_view version) {
  const std::vector<CommandPath> commands = all_commands(root);
  std::string title = root.name;
  std::ranges::transform(title, title.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });

  std::string out = fmt::format(".TH {} 1 \"\" \"{} {}\"\n", literal(title), literal(root.name), literal(version));
  out += ".nh\n.ad l\n";
  out += fmt::format(".SH NAME\n{} \\- {}", literal(root.name),
                     line(root.description.substr(0, root.description.find_last_not_of('.') + 1)));
  out += ".SH SYNOPSIS\n";
  bool first = true;
  for (const auto& [path, command, all_flags] : commands) {
    if (!visible_subcommands(*command).empty()) continue;
    out += (first ? "" : ".br\n") + synopsis(path, *command) + "\n";
    first = false;
  }
  out += ".SH DESCRIPTION\n" + line(sentence(root.description));
  if (!root.about.empty()) out += ".PP\n" + paragraphs(root.about);
  out += ".SH OPTIONS\nThese may stand with every command.\n" + entries(root, commands.front().all_flags);
  if (commands.size() > 1) out += ".SH COMMANDS\n";
  for (const CommandPath& entry : commands) {
    if (entry.command != &root) out += command_section(entry);
  }
  return out + std::string(kExitStatus) + environment_section(commands) + examples_section(commands);
}

}  // namespace plowline
