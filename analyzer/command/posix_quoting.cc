#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "command/code_points.h"
#include "command/quoting.h"

namespace plowline {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool only(std::string_view word, std::string_view marks) {
  return std::ranges::all_of(word,
                             [&](char c) { return is_letter_or_digit(c) || marks.find(c) != std::string_view::npos; });
}

// Left out on purpose: `=` and `~` (expanded by zsh, the former also inside a word), `%` (a job), `^` and `#` (patterns
// of zsh, and comments).
bool is_bare(std::string_view word, WordPlace place) {
  if (word.empty()) return false;
  if (place == WordPlace::kArgument) return only(word, "_./:,@+-");
  // Anything that could be a reserved word (`time`, `function`) is quoted: the name of a program that is not dbt.
  return only(word, "_./-") && (word.starts_with("dbt") || word.find('/') != std::string_view::npos) && word[0] != '-';
}

Result<void> refuse_nul(std::string_view word) {
  if (word.find('\0') == std::string_view::npos) return {};
  return usage_error(fmt::format("`{}` holds a NUL byte, which no command line can hold", printable(word)));
}

bool needs_escapes(std::string_view word) {
  return find_unprintable(word) != std::string_view::npos;
}

// Each single quote stands outside as \', and never two closing and opening quotes side by side, which zsh's
// RC_QUOTES would read as a quote.
std::string single_quoted(std::string_view word) {
  if (word.empty()) return "''";
  std::string out;
  bool open = false;
  for (const char c : word) {
    if ((c != '\'') != open) {
      out += '\'';
      open = !open;
    }
    out += c == '\'' ? "\\'" : std::string(1, c);
  }
  return open ? out + '\'' : out;
}

void append_octal(std::string& out, std::string_view bytes) {
  for (const char c : bytes) out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
}

// Printable characters are kept unless `marks` has them; all others become octal escapes, byte by byte.
std::string octal_escaped(std::string_view word, std::string_view marks) {
  std::string out;
  while (!word.empty()) {
    const CodePoint code_point = first_code_point(word);
    if (must_be_escaped(code_point) || marks.find(code_point.bytes[0]) != std::string_view::npos) {
      append_octal(out, code_point.bytes);
    } else {
      out += code_point.bytes;
    }
    word.remove_prefix(code_point.bytes.size());
  }
  return out;
}

// The format holds nothing that any shell, or its history, could see within "$(…)"; a leading dash would be an option.
std::string printf_substitution(std::string_view word) {
  const std::size_t end = word.find_last_not_of('\n') + 1;  // 0 where there are only line feeds
  const std::string_view line_feeds = word.substr(end);
  word = word.substr(0, end);
  std::string out;
  if (!word.empty()) {
    std::string format;
    if (word[0] == '-') {
      append_octal(format, word.substr(0, 1));
      word.remove_prefix(1);
    }
    for (const char c : octal_escaped(word, "'\"\\`$!")) format += c == '%' ? "%%" : std::string(1, c);
    out = fmt::format("\"$(printf '{}')\"", format);
  }
  if (!line_feeds.empty()) out += fmt::format("'{}'", line_feeds);
  return out;
}

void append_fish_escape(std::string& out, const CodePoint& code_point) {
  for (const char c : code_point.bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += fmt::format(fmt::runtime(byte < 0x80 ? "\\x{:02x}" : "\\X{:02x}"), byte);
  }
}

}  // namespace

Result<std::string> quote_posix(std::string_view word, WordPlace place) {
  if (const auto fine = refuse_nul(word); !fine) return std::unexpected(fine.error());
  if (is_bare(word, place)) return std::string(word);
  return needs_escapes(word) ? printf_substitution(word) : single_quoted(word);
}

Result<std::string> quote_ansi_c(std::string_view word, WordPlace place) {
  if (const auto fine = refuse_nul(word); !fine) return std::unexpected(fine.error());
  if (is_bare(word, place)) return std::string(word);
  // `!` and `'` as octals: history expansion does not see them then, not even in shells that misread $'…'.
  return needs_escapes(word) ? fmt::format("$'{}'", octal_escaped(word, "'\\!")) : single_quoted(word);
}

Result<std::string> quote_fish(std::string_view word, WordPlace place) {
  if (const auto fine = refuse_nul(word); !fine) return std::unexpected(fine.error());
  if (is_bare(word, place)) return std::string(word);
  if (word.empty()) return "''";
  std::string out;
  bool open = false;
  while (!word.empty()) {
    const CodePoint code_point = first_code_point(word);
    const bool escape = must_be_escaped(code_point);
    if (escape == open) {
      out += '\'';
      open = !open;
    }
    if (escape) {
      append_fish_escape(out, code_point);
    } else {
      if (code_point.value == '\\' || code_point.value == '\'') out += '\\';
      out += code_point.bytes;
    }
    word.remove_prefix(code_point.bytes.size());
  }
  return open ? out + '\'' : out;
}

}  // namespace plowline
