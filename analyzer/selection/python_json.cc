#include "selection/python_json.h"

#include <cstdint>
#include <fmt/format.h>

namespace plowline {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

std::uint32_t tail(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]) & 0x3FU;
}

// The code point at `at`, which is moved behind it.
std::uint32_t decode(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  if (lead >= 0xC2 && lead <= 0xDF && continues(text, at)) {
    at += 1;
    return ((lead & 0x1FU) << 6U) | tail(text, at - 1);
  }
  if ((lead & 0xF0U) == 0xE0U && continues(text, at) && continues(text, at + 1)) {
    at += 2;
    return ((lead & 0x0FU) << 12U) | (tail(text, at - 2) << 6U) | tail(text, at - 1);
  }
  if (lead >= 0xF0 && lead <= 0xF4 && continues(text, at) && continues(text, at + 1) && continues(text, at + 2)) {
    at += 3;
    return ((lead & 0x07U) << 18U) | (tail(text, at - 3) << 12U) | (tail(text, at - 2) << 6U) | tail(text, at - 1);
  }
  return kReplacement;
}

void append_character(std::string& out, std::uint32_t c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      break;
  }
  if (c >= 0x20 && c < 0x7F) {
    out += static_cast<char>(c);
  } else if (c < 0x10000) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
  } else {
    const std::uint32_t rest = c - 0x10000;
    fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xD800 + (rest >> 10U), 0xDC00 + (rest & 0x3FFU));
  }
}

// One `\x` of a JSON string; `at` stands behind the backslash and is moved behind the escape.
std::uint32_t unescape(std::string_view json, std::size_t& at) {
  const char c = json[at++];
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'u': {
      std::uint32_t value = 0;
      for (int digit = 0; digit < 4 && at < json.size(); ++digit) {
        const char hex = json[at++];
        const int number = hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
        value = value * 16 + static_cast<std::uint32_t>(number);
      }
      return value;  // halves of a pair pass one by one, and so come out as they went in
    }
    default:
      return static_cast<unsigned char>(c);
  }
}

// The string whose opening quote stands at `at`, which is moved behind the closing one.
void append_string(std::string& out, std::string_view json, std::size_t& at) {
  out += '"';
  ++at;
  while (at < json.size() && json[at] != '"') {
    if (json[at] == '\\' && at + 1 < json.size()) {
      ++at;
      append_character(out, unescape(json, at));
    } else {
      append_character(out, decode(json, at));
    }
  }
  ++at;
  out += '"';
}

}  // namespace

void append_python_json(std::string& out, std::string_view json) {
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      append_string(out, json, at);
      continue;
    }
    ++at;
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    out += c;
    if (c == ',' || c == ':') out += ' ';
  }
}

void append_python_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) append_character(out, decode(text, at));
  out += '"';
}

}  // namespace plowline
