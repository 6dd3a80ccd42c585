#include <algorithm>
#include <fmt/format.h>

#include "command/code_points.h"
#include "command/quoting.h"

namespace plowline {
namespace {

constexpr std::string_view kElsewhere =
    "use --exec, which needs no shell, or print the command as data with --shell json";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool only(std::string_view word, std::string_view marks) {
  return std::ranges::all_of(
      word, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos; });
}

// What stands around the character that is to blame; a word can be thousands of characters long.
std::string excerpt(std::string_view word, std::size_t at) {
  constexpr std::size_t kAround = 24;
  const std::size_t begin = at > kAround ? at - kAround : 0;
  const std::size_t end = std::min(word.size(), at + kAround);
  return fmt::format("{}{}{}", begin == 0 ? "" : "…", printable(word.substr(begin, end - begin)),
                     end == word.size() ? "" : "…");
}

std::unexpected<Error> refuse(std::string_view word, std::size_t at, std::string_view why) {
  return usage_error(fmt::format("`{}` {}", excerpt(word, at), why), std::string(kElsewhere));
}

// Neither shell can escape a character, so what cannot stand raw cannot stand at all.
Result<void> refuse_unprintable(std::string_view word, std::string_view shell) {
  const std::size_t at = find_unprintable(word);
  if (at == std::string_view::npos) return {};
  return refuse(word, at,
                fmt::format("holds a line break, a control character or an invisible mark, which a line for {} cannot "
                            "hold",
                            shell));
}

// ' and the curly quotes that PowerShell takes for it: U+2018 to U+201B.
bool is_powershell_quote(const CodePoint& code_point) {
  return code_point.value == '\'' || (code_point.value >= 0x2018 && code_point.value <= 0x201B);
}

std::string powershell_quoted(std::string_view word) {
  std::string out = "'";
  while (!word.empty()) {
    const CodePoint code_point = first_code_point(word);
    out += code_point.bytes;
    if (is_powershell_quote(code_point)) out += code_point.bytes;  // of a doubled quote the second one is kept
    word.remove_prefix(code_point.bytes.size());
  }
  return out + "'";
}

// An option or a name; anything that could be a number, an operator, a parameter with a colon, or a path is quoted.
bool is_bare_powershell_argument(std::string_view word) {
  const std::size_t dashes = word.starts_with("--") ? 2 : word.starts_with('-') ? 1 : 0;
  const std::string_view name = word.substr(dashes);
  return !name.empty() && (is_letter(name[0]) || name[0] == '_') && only(name, "_-");
}

// PowerShell puts a word with blanks into double quotes of its own; which characters beyond ASCII it takes for blanks
// depends on its version.
bool may_be_wrapped(std::string_view word) {
  return std::ranges::any_of(word, [](char c) { return c == ' ' || static_cast<unsigned char>(c) >= 0x80; });
}

Result<void> refuse_lost_in_powershell(std::string_view word) {
  if (word.empty()) {
    return usage_error("an empty argument, which PowerShell before 7.3 drops", std::string(kElsewhere));
  }
  if (const std::size_t at = word.find('"'); at != std::string_view::npos) {
    return refuse(word, at, "holds a double quote, which PowerShell before 7.3 loses on the way to dbt");
  }
  if (word.ends_with('\\') && may_be_wrapped(word)) {
    return refuse(word, word.size(),
                  "ends in a backslash and holds a blank: Windows PowerShell would let the backslash escape the "
                  "closing quote");
  }
  return refuse_unprintable(word, "PowerShell");
}

Result<void> refuse_lost_in_cmd(std::string_view word) {
  if (const std::size_t at = word.find_first_of("%!"); at != std::string_view::npos) {
    return refuse(word, at, "holds % or !, which cmd can take for a variable even within quotes");
  }
  if (const std::size_t at = word.find('"'); at != std::string_view::npos) {
    return refuse(word, at, "holds a double quote, at which cmd's own quoting would end");
  }
  return refuse_unprintable(word, "cmd");
}

std::string cmd_quoted(std::string_view word) {
  const std::size_t backslashes = word.size() - (word.find_last_not_of('\\') + 1);
  return fmt::format("\"{}{}\"", word, std::string(backslashes, '\\'));
}

}  // namespace

Result<std::string> quote_powershell(std::string_view word, WordPlace place) {
  if (const auto fine = refuse_lost_in_powershell(word); !fine) return std::unexpected(fine.error());
  if (place == WordPlace::kCommand) {
    if (word.starts_with("dbt") && only(word, "_.-")) return std::string(word);
    return "& " + powershell_quoted(word);  // a string in this place would be an expression, not a command
  }
  return is_bare_powershell_argument(word) ? std::string(word) : powershell_quoted(word);
}

Result<std::string> quote_cmd(std::string_view word, WordPlace place) {
  if (const auto fine = refuse_lost_in_cmd(word); !fine) return std::unexpected(fine.error());
  const std::string_view marks = place == WordPlace::kCommand ? "_.:\\-" : "_./:\\+-";
  return !word.empty() && only(word, marks) ? std::string(word) : cmd_quoted(word);
}

}  // namespace plowline
