// An Invocation as one line to paste, for the shell that the user types into.
//
// Between plowline and dbt's YAML reader stand the shell, which takes quotes away, and on Windows the program's own
// argument parser. Each rendering is made so that all of them together give back the same words, whatever is in them.
// The style of the variables goes with the shell and is chosen here: JSON where single quotes protect it, YAML with
// single quotes where double quotes get lost.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "command/invocation.h"
#include "diagnostic/error.h"

namespace plowline {

enum class Shell {
  kPosix,  // any sh: dash, busybox, ksh, bash, zsh
  kBash,
  kZsh,
  kFish,
  kPowershell,  // 7 and Windows PowerShell 5.1
  kCmd,         // the prompt and batch files
  kJson,        // no shell: a JSON array of strings
  kArgv,        // no shell: every word followed by a NUL byte, for `xargs -0` and its like
};

// The names that shell_from() knows: posix, bash, zsh, fish, powershell, cmd, json, argv.
std::span<const std::string_view> shell_names();
Result<Shell> shell_from(std::string_view name);

// Which style the variables have for this shell.
VarsStyle vars_style(Shell shell);

// The whole command. One line without a line feed at its end; kArgv is no line. (For kPosix, a word that ends in line
// feeds is the one thing that takes more lines: see quoting.h.) Words that need no quotes have none.
//
// Errors: what the shell cannot express (quoting.h); text that is not UTF-8, for kJson; a command too long for the
// shell or the system. The limits: cmd takes 8191 characters; Windows starts programs with 32767, of which some are
// kept for dbt's full path; Linux takes 131071 bytes for one argument and about 2 MiB for all, the environment
// included. kJson and kArgv have no limit.
Result<std::string> render(const Invocation& invocation, Shell shell);

// What stands behind `--vars`, quoted for the shell; for kJson and kArgv the bare text. Errors as above.
Result<std::string> render_vars(const DbtVars& vars, Shell shell);

// Linux's limit for one argument, in bytes without the NUL at its end. Starting dbt without a shell has it as well.
inline constexpr std::size_t kLongestArgument = 131071;

}  // namespace plowline
