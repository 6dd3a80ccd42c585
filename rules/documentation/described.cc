#include "rules/documentation/described.h"

#include <algorithm>
#include <fmt/format.h>

#include "diagnostic/error.h"
#include "lint/node_parts.h"
#include "project/file_checksum.h"

namespace plowline {
namespace {

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_word_byte(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// Whether the phrase stands in the text and no word goes on at either end of it.
bool has_phrase(std::string_view text, std::string_view phrase) {
  const auto same = [](char a, char b) { return ascii_lower(a) == ascii_lower(b); };
  for (auto from = text.begin(); !phrase.empty();) {
    const auto found = std::search(from, text.end(), phrase.begin(), phrase.end(), same);
    if (found == text.end()) return false;
    const auto end = found + static_cast<std::ptrdiff_t>(phrase.size());
    const bool begins = found == text.begin() || !is_word_byte(*(found - 1)) || !is_word_byte(phrase.front());
    const bool ends = end == text.end() || !is_word_byte(*end) || !is_word_byte(phrase.back());
    if (begins && ends) return true;
    from = found + 1;
  }
  return false;
}

}  // namespace

std::string description_text(RawJson description) {
  if (description.bytes.size() <= 2) return {};
  return std::string(stripped(unescaped_text(description)));
}

bool has_description(RawJson description) {
  if (description.bytes.size() <= 2) return false;
  const char first = description.bytes[1];
  if (first > ' ' && first != '\\' && first < 0x7F && description.bytes[0] == '"') return true;
  return !description_text(description).empty();
}

bool has_description(std::string_view unescaped) {
  return !stripped(unescaped).empty();
}

std::optional<std::string> description_fault(std::string_view text, const DescriptionDemand& demand) {
  if (demand.min_length > 0 && text.empty()) return "has no description";
  for (const std::string& phrase : demand.forbidden) {
    if (has_phrase(text, phrase)) return fmt::format("has `{}` in its description", printable(phrase));
  }
  const auto characters = static_cast<std::int64_t>(characters_in(text));
  if (characters >= demand.min_length) return std::nullopt;
  return fmt::format("has a description of {} {}, where {} are asked for", characters,
                     characters == 1 ? "character" : "characters", demand.min_length);
}

}  // namespace plowline
