#include "command/code_points.h"

namespace plowline {
namespace {

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  return lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
}

bool in_range(char32_t value, std::size_t length) {
  if (length == 3) return value >= 0x800 && (value < 0xD800 || value > 0xDFFF);
  if (length == 4) return value >= 0x10000 && value <= 0x10FFFF;
  return true;
}

bool reorders_text(char32_t value) {
  return value == 0x200E || value == 0x200F || value == 0x061C || (value >= 0x202A && value <= 0x202E) ||
         (value >= 0x2066 && value <= 0x2069);
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  const CodePoint broken{0, text.substr(0, 1), false};
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = sequence_length(lead);
  if (length == 0 || length > text.size()) return broken;
  if (length == 1) return {lead, text.substr(0, 1), true};
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) return broken;
    value = (value << 6U) | (byte & 0x3FU);
  }
  if (!in_range(value, length)) return broken;
  return {value, text.substr(0, length), true};
}

bool must_be_escaped(const CodePoint& code_point) {
  const char32_t value = code_point.value;
  return !code_point.well_formed || value < 0x20 || (value >= 0x7F && value <= 0x9F) || value == 0x2028 ||
         value == 0x2029 || value == 0xFEFF || value == 0xFFFE || value == 0xFFFF || reorders_text(value);
}

std::size_t find_unprintable(std::string_view text, std::size_t from) {
  while (from < text.size()) {
    const CodePoint code_point = first_code_point(text.substr(from));
    if (must_be_escaped(code_point)) return from;
    from += code_point.bytes.size();
  }
  return std::string_view::npos;
}

bool is_well_formed(std::string_view text) {
  while (!text.empty()) {
    const CodePoint code_point = first_code_point(text);
    if (!code_point.well_formed) return false;
    text.remove_prefix(code_point.bytes.size());
  }
  return true;
}

std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  while (!text.empty()) {
    const CodePoint code_point = first_code_point(text);
    units += code_point.well_formed && code_point.value > 0xFFFF ? 2 : 1;
    text.remove_prefix(code_point.bytes.size());
  }
  return units;
}

}  // namespace plowline
