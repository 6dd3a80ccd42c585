#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "cli/completion_text.h"
#include "cli/completions.h"

namespace plowline {
namespace {

// The flag itself, for `complete`: -s for one letter, -l for a long name, -o for a long name with one dash.
std::string fish_names(const Flag& flag) {
  std::string out;
  for (const std::string& name : flag.names) {
    if (name.starts_with("--")) {
      out += " -l " + fish_quoted(name.substr(2));
    } else {
      out += (name.size() == 2 ? " -s " : " -o ") + fish_quoted(name.substr(1));
    }
  }
  return out;
}

// What may stand as a value. fish evaluates the text after -a, so words are quoted in it once more.
std::string fish_value(ValueKind kind, const std::vector<std::string>& choices, bool of_flag) {
  const std::string_view needs_value = of_flag ? " -x" : "";
  switch (kind) {
    case ValueKind::kNone:
      return {};
    case ValueKind::kText:
      return std::string(needs_value);
    case ValueKind::kChoice:
      return fmt::format("{} -a {}", needs_value, fish_quoted(quoted_list(choices, fish_quoted)));
    case ValueKind::kFile:
      return of_flag ? " -r -F" : " -F";
    case ValueKind::kDirectory:
      return fmt::format("{} -a '(__fish_complete_directories)'", needs_value);
  }
  return {};
}

std::string fish_lines(const std::string& program, const CommandPath& entry) {
  const std::string at = fmt::format("complete -c {} -n {}", fish_quoted(program),
                                     fish_quoted(fmt::format("__{}_at {}", program, fish_quoted(entry.path))));
  std::string out;
  for (const CommandLine* subcommand : visible_subcommands(*entry.command)) {
    out += fmt::format("{} -a {} -d {}\n", at, fish_quoted(fish_quoted(subcommand->name)),
                       fish_quoted(one_line(subcommand->description)));
  }
  for (const Flag& flag : entry.all_flags) {
    out += fmt::format("{}{}{} -d {}\n", at, fish_names(flag), fish_value(flag.kind, flag.choices, true),
                       fish_quoted(one_line(flag.description)));
  }
  for (const Positional& positional : entry.command->positionals) {
    const std::string value = fish_value(positional.kind, positional.choices, false);
    if (value.empty()) continue;
    out += fmt::format("{}{} -d {}\n", at, value, fish_quoted(one_line(positional.description)));
  }
  return out;
}

constexpr std::string_view kFish = R"(# fish completion for @P@, written by `@P@ completions fish`.

# The command that the words before the cursor have reached: 'plowline backfill plan'.
function __@P@_reached
    set -l reached @Q@
    set -l value_follows 0
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        if test $value_follows -eq 1
            set value_follows 0
        else if test "$word" = --
            break
        else if string match -q -- '-*' "$word"
            contains -- "$reached $word" @VALUED@; and set value_follows 1
        else if contains -- "$reached $word" @PATHS@
            set reached "$reached $word"
        end
    end
    echo $reached
end

function __@P@_at
    test (__@P@_reached) = $argv[1]
end

complete -c @Q@ -e
complete -c @Q@ -f
)";

}  // namespace

std::string fish_completions(const CommandLine& root) {
  const std::vector<CommandPath> commands = all_commands(root);
  std::vector<std::string> valued;
  std::vector<std::string> paths;
  for (const auto& [path, command, all_flags] : commands) {
    for (const std::string& name : flag_names(all_flags, Which::kWithValue)) valued.push_back(path + " " + name);
    if (command != &root) paths.push_back(path);
  }
  std::string out = filled(kFish, {{"@P@", root.name},
                                   {"@Q@", fish_quoted(root.name)},
                                   {"@VALUED@", quoted_list(valued, fish_quoted)},
                                   {"@PATHS@", quoted_list(paths, fish_quoted)}});
  for (const CommandPath& entry : commands) out += fish_lines(root.name, entry);
  return out;
}

}  // namespace plowline
