#include "artifact/json_syntax.h"

#include <algorithm>
#include <cstdint>

namespace plowline {

void append_utf8(std::string& out, std::uint32_t point) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0 | (point >> 6));
    byte(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    byte(0xE0 | (point >> 12));
    byte(0x80 | ((point >> 6) & 0x3F));
    byte(0x80 | (point & 0x3F));
  } else {
    byte(0xF0 | (point >> 18));
    byte(0x80 | ((point >> 12) & 0x3F));
    byte(0x80 | ((point >> 6) & 0x3F));
    byte(0x80 | (point & 0x3F));
  }
}

namespace {

// The four hexadecimal digits at `at`; nothing where they are not.
std::optional<std::uint32_t> hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(at, 4)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return value;
}

// Reads the \uXXXX (or the surrogate pair) whose `u` stands at `at`, and moves `at` to its last character. simdjson
// refuses lone surrogates, which Python writes and reads: they become U+FFFD here.
bool append_unicode_escape(std::string_view text, std::size_t& at, std::string& out) {
  const auto first = hex4(text, at + 1);
  if (!first) return false;
  at += 4;
  std::uint32_t point = *first;
  if (point >= 0xD800 && point <= 0xDFFF) {
    const auto second = text.substr(at + 1).starts_with("\\u") ? hex4(text, at + 3) : std::nullopt;
    if (point < 0xDC00 && second && *second >= 0xDC00 && *second <= 0xDFFF) {
      point = 0x10000 + ((point - 0xD800) << 10) + (*second - 0xDC00);
      at += 6;
    } else {
      point = 0xFFFD;
    }
  }
  append_utf8(out, point);
  return true;
}

// What may stand behind a backslash, and what it means.
constexpr std::string_view kFrom = "\"\\/bfnrt";
constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";

}  // namespace

bool has_good_escapes(std::string_view inside) {
  for (std::size_t at = inside.find('\\'); at != std::string_view::npos; at = inside.find('\\', at)) {
    if (++at == inside.size()) return false;
    const bool is_good = inside[at] == 'u' ? hex4(inside, at + 1).has_value() : kFrom.contains(inside[at]);
    if (!is_good) return false;
    at += inside[at] == 'u' ? 5 : 1;
  }
  return true;
}

std::optional<std::string> unescaped(std::string_view inside) {
  std::string out;
  out.reserve(inside.size());
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const std::size_t escape = std::min(inside.find('\\', i), inside.size());
    out.append(inside, i, escape - i);
    i = escape;
    if (i == inside.size()) break;
    if (++i == inside.size()) return std::nullopt;
    if (inside[i] == 'u') {
      if (!append_unicode_escape(inside, i, out)) return std::nullopt;
      continue;
    }
    const std::size_t which = kFrom.find(inside[i]);
    if (which == std::string_view::npos) return std::nullopt;
    out += kTo[which];
  }
  return out;
}

bool is_number(std::string_view token) {
  if (token == "NaN" || token == "Infinity" || token == "-Infinity") return true;  // Python writes and reads them
  std::size_t i = token.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < token.size() && token[i] >= '0' && token[i] <= '9') ++i;
    return i - start;
  };
  const bool leading_zero = i < token.size() && token[i] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (leading_zero && whole > 1)) return false;
  if (i < token.size() && token[i] == '.' && (++i, digits()) == 0) return false;
  if (i < token.size() && (token[i] == 'e' || token[i] == 'E')) {
    ++i;
    if (i < token.size() && (token[i] == '+' || token[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == token.size();
}

bool is_scalar(std::string_view token) {
  if (token.starts_with('"')) {
    const auto inside = inside_quotes(token);
    return inside && has_good_escapes(*inside);
  }
  return token == "true" || token == "false" || token == "null" || is_number(token);
}

std::size_t end_of_value(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return i + 1;
    }
  }
  return text.size();
}

std::string_view kind_name(char first) {
  switch (first) {
    case '"':
      return "a string";
    case '{':
      return "an object";
    case '[':
      return "an array";
    case 't':
    case 'f':
      return "a boolean";
    case 'n':
      return "null";
    default:
      return "a number";
  }
}

}  // namespace plowline
