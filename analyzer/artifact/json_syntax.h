// The small print of JSON: strings, numbers, and where a value ends, on bytes that simdjson has split into tokens.
//
// A token is a value's text as far as simdjson knows it: a scalar with the blanks behind it, or the first character of
// an object or array. Nothing here allocates but append_utf8() and unescaped().
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plowline {

inline constexpr std::string_view kBlanks = " \t\r\n";

inline bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

inline std::string_view trimmed(std::string_view token) {
  while (!token.empty() && is_blank(token.back())) token.remove_suffix(1);
  return token;
}

// Appends the code point, which must be one (not past U+10FFFF), as UTF-8.
void append_utf8(std::string& out, std::uint32_t point);

// What stands between a string's quotes, unescaped; nothing where an escape is not JSON's. Lone surrogates, which
// Python writes and reads, become U+FFFD.
std::optional<std::string> unescaped(std::string_view inside);

// Whether unescaped() gives something.
bool has_good_escapes(std::string_view inside);

// The text between the quotes of a string token (blanks may follow it); nothing where it is no string.
inline std::optional<std::string_view> inside_quotes(std::string_view token) {
  token = trimmed(token);
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') return std::nullopt;
  return token.substr(1, token.size() - 2);
}

// From a pointer behind a key's opening quote to its closing quote. simdjson has made sure that it is there.
inline std::string_view key_text(const char* start) {
  const char* end = start;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return {start, static_cast<std::size_t>(end - start)};
}

// A number of JSON, or Python's NaN, Infinity, -Infinity.
bool is_number(std::string_view token);

// A string, number, true, false or null, nothing else.
bool is_scalar(std::string_view token);

// Where the first object or array of `text` ends, by counting brackets; the text's end where it does not.
std::size_t end_of_value(std::string_view text);

// For messages: what kind of value begins with that character. `a string`, `an object`, …
std::string_view kind_name(char first);

}  // namespace plowline
