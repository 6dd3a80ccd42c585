#include "output/csv_cell.h"

#include <algorithm>
#include <array>

#include "diagnostic/error.h"
#include "output/finding_words.h"

namespace plowline {
namespace {

constexpr std::size_t kLongestCell = 32'000;

// (The wide forms are U+FF1D, U+FF0B, U+FF0D and U+FF20: some spreadsheets take them for the narrow ones.)
bool acts_in_a_spreadsheet(std::string_view text) {
  constexpr std::array<std::string_view, 11> kBeginnings{
      "=", "+", "-", "@", "\t", "\r", "\n", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
  return std::ranges::any_of(kBeginnings, [&](std::string_view begin) { return text.starts_with(begin); });
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string out = acts_in_a_spreadsheet(text) ? "\"'" : "\"";
  for (const char c : cut_text(printable(text), kLongestCell)) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

}  // namespace plowline
