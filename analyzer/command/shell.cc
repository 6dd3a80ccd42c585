#include "command/shell.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "command/code_points.h"
#include "command/quoting.h"

namespace plowline {
namespace {

constexpr std::array<std::string_view, 8> kNames{"posix",      "bash", "zsh",  "fish",
                                                 "powershell", "cmd",  "json", "argv"};  // in the order of Shell

constexpr std::size_t kCmdLimit = 8191;
constexpr std::size_t kWindowsLimit = 32767 - 1 - 260;  // with a NUL at the end, and dbt's path in full
constexpr std::size_t kArgumentsLimit = (std::size_t{2} << 20U) - (std::size_t{128} << 10U);  // 128 KiB: environment

constexpr std::string_view kNarrow =
    "narrow the selection, so that fewer names are passed; there is no shorter way to pass variables: dbt does not "
    "read --vars from a file, and --exec has the same limit";
constexpr std::string_view kNarrowOrExec =
    "use --exec, which needs no shell and allows about 128 KiB, or narrow the selection; dbt does not read --vars from "
    "a file";

using Quote = Result<std::string> (*)(std::string_view, WordPlace);

// Null for the renderings that are no shell.
Quote quote_for(Shell shell) {
  switch (shell) {
    case Shell::kPosix:
      return quote_posix;
    case Shell::kBash:
    case Shell::kZsh:
      return quote_ansi_c;
    case Shell::kFish:
      return quote_fish;
    case Shell::kPowershell:
      return quote_powershell;
    case Shell::kCmd:
      return quote_cmd;
    case Shell::kJson:
    case Shell::kArgv:
      break;
  }
  return nullptr;
}

Result<std::string> as_json(const std::vector<std::string>& words) {
  std::string out = "[";
  for (const std::string& word : words) {
    if (!is_well_formed(word)) {
      return usage_error(fmt::format("`{}` is not UTF-8, as JSON must be", printable(word)), "use --shell argv");
    }
    if (out.size() > 1) out += ", ";
    out += json_string(word);
  }
  return out + "]";
}

std::string nul_terminated(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out.append(word).push_back('\0');
  return out;
}

Result<void> check_linux_limits(const std::vector<std::string>& words) {
  std::size_t all = 0;
  for (const std::string& word : words) {
    if (word.size() > kLongestArgument) {
      return usage_error(fmt::format("an argument of {} bytes, where Linux takes {}", word.size(), kLongestArgument),
                         std::string(kNarrow));
    }
    all += word.size() + 1 + sizeof(char*);
  }
  if (all <= kArgumentsLimit) return {};
  return usage_error(fmt::format("arguments of {} bytes, where Linux takes about {}", all, kArgumentsLimit),
                     std::string(kNarrow));
}

// What Windows is handed: PowerShell puts double quotes around words with blanks.
Result<void> check_windows_limit(const std::vector<std::string>& words) {
  std::size_t units = 0;
  for (const std::string& word : words) units += utf16_length(word) + 3;
  if (units <= kWindowsLimit) return {};
  return usage_error(fmt::format("a command of {} characters, where Windows takes {}", units, kWindowsLimit),
                     "narrow the selection, or run it where plowline's --exec can: on Linux or macOS, or in WSL, where "
                     "about 128 KiB are allowed; dbt does not read --vars from a file");
}

Result<void> check_limits(const std::vector<std::string>& words, std::string_view line, Shell shell) {
  if (shell == Shell::kPowershell) return check_windows_limit(words);
  if (shell != Shell::kCmd) return check_linux_limits(words);
  const std::size_t units = utf16_length(line);
  if (units <= kCmdLimit) return {};
  return usage_error(fmt::format("a line of {} characters, where cmd takes {}", units, kCmdLimit),
                     "PowerShell takes about 32000 (--shell powershell); " + std::string(kNarrowOrExec));
}

}  // namespace

std::span<const std::string_view> shell_names() {
  return kNames;
}

Result<Shell> shell_from(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) {
    return usage_error(fmt::format("`{}` is no shell that plowline knows", printable(name)),
                       fmt::format("known: {}", fmt::join(kNames, ", ")));
  }
  return static_cast<Shell>(found - kNames.begin());
}

VarsStyle vars_style(Shell shell) {
  return shell == Shell::kPowershell || shell == Shell::kCmd ? VarsStyle::kSingleQuoted : VarsStyle::kJson;
}

Result<std::string> render(const Invocation& invocation, Shell shell) {
  const auto words = invocation.argv(vars_style(shell));
  if (!words) return std::unexpected(words.error());
  const Quote quote = quote_for(shell);
  if (quote == nullptr) return shell == Shell::kJson ? as_json(*words) : nul_terminated(*words);
  std::string line;
  for (const std::string& word : *words) {
    const auto quoted = quote(word, line.empty() ? WordPlace::kCommand : WordPlace::kArgument);
    if (!quoted) return quoted;
    if (!line.empty()) line += ' ';
    line += *quoted;
  }
  if (const auto fits = check_limits(*words, line, shell); !fits) return std::unexpected(fits.error());
  return line;
}

Result<std::string> render_vars(const DbtVars& vars, Shell shell) {
  const auto text = vars.render(vars_style(shell));
  const Quote quote = quote_for(shell);
  if (!text || quote == nullptr) return text;
  const auto quoted = quote(*text, WordPlace::kArgument);
  if (!quoted) return quoted;
  if (const auto fits = check_limits({*text}, *quoted, shell); !fits) return std::unexpected(fits.error());
  return quoted;
}

}  // namespace plowline
