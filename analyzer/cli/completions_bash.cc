#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "cli/completion_text.h"
#include "cli/completions.h"

namespace plowline {
namespace {

std::vector<std::string> subcommand_names(const CommandLine& command) {
  std::vector<std::string> names;
  for (const CommandLine* subcommand : visible_subcommands(command)) names.push_back(subcommand->name);
  return names;
}

// What bash's _PROGRAM_value says of one value; empty where nothing can be offered.
std::string bash_value(ValueKind kind, const std::vector<std::string>& choices) {
  switch (kind) {
    case ValueKind::kChoice:
      return fmt::format("kind='choice' choices=({})", quoted_list(choices, sh_quoted));
    case ValueKind::kFile:
      return "kind='file'";
    case ValueKind::kDirectory:
      return "kind='directory'";
    case ValueKind::kNone:
    case ValueKind::kText:
      break;
  }
  return {};
}

std::string bash_commands(const std::vector<CommandPath>& commands) {
  std::string out;
  for (const auto& [path, command, all_flags] : commands) {
    out += fmt::format("    {})\n", sh_quoted(path));
    out += fmt::format("      subcommands=({})\n", quoted_list(subcommand_names(*command), sh_quoted));
    out += fmt::format("      flags=({})\n", quoted_list(flag_names(all_flags, Which::kAll), sh_quoted));
    out += fmt::format("      valued=({})\n", quoted_list(flag_names(all_flags, Which::kWithValue), sh_quoted));
    out += "      ;;\n";
  }
  return out;
}

std::string bash_values(const std::vector<CommandPath>& commands) {
  std::string out;
  const auto add = [&out](const std::string& pattern, const std::string& value) {
    if (!value.empty()) out += fmt::format("    {}) {} ;;\n", pattern, value);
  };
  for (const auto& [path, command, all_flags] : commands) {
    for (const Flag& flag : all_flags) {
      for (const std::string& name : flag.names) {
        add(sh_quoted(path + "," + name), bash_value(flag.kind, flag.choices));
      }
    }
    for (std::size_t i = 0; i < command->positionals.size(); ++i) {
      const Positional& positional = command->positionals[i];
      const std::string value = bash_value(positional.kind, positional.choices);
      add(sh_quoted(fmt::format("{},{}", path, i)), value);
      if (positional.repeated) add(sh_quoted(path + ",") + "[0-9]*", value);
    }
  }
  return out;
}

// @P@ is the program's name. In COMP_WORDS, `--shell=zsh` is three words, since bash breaks words at `=`; where
// the user took `=` out of COMP_WORDBREAKS it is one, and what is offered then has to repeat the flag (`prefix`).
constexpr std::string_view kBash = R"(# bash completion for @P@, written by `@P@ completions bash`.

# Sets what may follow the command $1.
_@P@_command() {
  case "$1" in
@COMMANDS@  esac
}

# Sets what the value of the flag $2 of the command $1 may be; or of its argument number $2, from 0.
_@P@_value() {
  case "$1,$2" in
@VALUES@  esac
}

_@P@() {
  local current=${COMP_WORDS[COMP_CWORD]} command=@Q@ flag='' prefix='' kind='' word i
  local -i arguments=0 flags_over=0
  local -a subcommands=() flags=() valued=() choices=()
  COMPREPLY=()
  _@P@_command "$command"
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $flag ]]; then
      [[ $word == '=' ]] || flag=''
    elif [[ $flags_over -eq 0 && $word == '--' ]]; then
      flags_over=1
    elif [[ $flags_over -eq 0 && $word == -?* ]]; then
      _@P@_among "$word" "${valued[@]}" && flag=$word
    elif [[ $arguments -eq 0 ]] && _@P@_among "$word" "${subcommands[@]}"; then
      command+=" $word"
      _@P@_command "$command"
    else
      arguments+=1
    fi
  done

  if [[ -n $flag ]]; then
    [[ $current == '=' ]] && current=''
    _@P@_value "$command" "$flag"
  elif [[ $flags_over -eq 0 && $current == --*=* ]]; then
    prefix=${current%%=*}=
    current=${current#*=}
    _@P@_value "$command" "${prefix%=}"
  elif [[ $flags_over -eq 0 && $current == -* ]]; then
    kind='choice' choices=("${flags[@]}")
  else
    _@P@_value "$command" "$arguments"
    if [[ $arguments -eq 0 && ${#subcommands[@]} -gt 0 ]]; then
      kind='choice' choices+=("${subcommands[@]}")
    fi
  fi
  _@P@_offer
}

# Whether $1 is one of the words after it.
_@P@_among() {
  local word=$1 other
  shift
  for other in "$@"; do [[ $word == "$other" ]] && return 0; done
  return 1
}

# Fills COMPREPLY. Paths are left to readline, which quotes them, where it can be told to (bash 4 and later).
_@P@_offer() {
  local word
  case "$kind" in
    choice)
      for word in "${choices[@]}"; do [[ $word == "$current"* ]] && COMPREPLY+=("$prefix$word"); done
      ;;
    file)
      [[ -z $prefix ]] && compopt -o default 2>/dev/null && return
      while IFS= read -r word; do COMPREPLY+=("$prefix$word"); done < <(compgen -f -- "$current")
      ;;
    directory)
      [[ -z $prefix ]] && compopt -o dirnames 2>/dev/null && return
      while IFS= read -r word; do COMPREPLY+=("$prefix$word"); done < <(compgen -d -- "$current")
      ;;
  esac
  return 0
}

complete -F _@P@ @Q@
)";

}  // namespace

std::string bash_completions(const CommandLine& root) {
  const std::vector<CommandPath> commands = all_commands(root);
  return filled(kBash, {{"@P@", root.name},
                        {"@Q@", sh_quoted(root.name)},
                        {"@COMMANDS@", bash_commands(commands)},
                        {"@VALUES@", bash_values(commands)}});
}

}  // namespace plowline
