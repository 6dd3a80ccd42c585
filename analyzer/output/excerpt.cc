#include "output/excerpt.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "command/code_points.h"
#include "diagnostic/error.h"

namespace plowline {
namespace {

constexpr std::size_t kTabWidth = 4;
constexpr std::size_t kBeforePart = 20;  // characters kept before the part where a line is cut

struct Range {
  char32_t first;
  char32_t last;
};

bool is_in(const auto& ranges, char32_t character) {
  const auto after = std::ranges::upper_bound(ranges, character, {}, &Range::first);
  return after != ranges.begin() && character <= std::prev(after)->last;
}

// Unicode's East Asian Width W and F, and emoji, in rough blocks.
constexpr std::array kWide = std::to_array<Range>({{0x1100, 0x115F},
                                                   {0x2329, 0x232A},
                                                   {0x2E80, 0x303E},
                                                   {0x3041, 0x33FF},
                                                   {0x3400, 0x4DBF},
                                                   {0x4E00, 0x9FFF},
                                                   {0xA000, 0xA4CF},
                                                   {0xA960, 0xA97F},
                                                   {0xAC00, 0xD7A3},
                                                   {0xF900, 0xFAFF},
                                                   {0xFE30, 0xFE6F},
                                                   {0xFF00, 0xFF60},
                                                   {0xFFE0, 0xFFE6},
                                                   {0x1F300, 0x1F64F},
                                                   {0x1F680, 0x1F6FF},
                                                   {0x1F900, 0x1F9FF},
                                                   {0x20000, 0x3FFFD}});
// Marks that stand on the character before them, joiners, variation selectors.
constexpr std::array kNoWidth = std::to_array<Range>({{0x0300, 0x036F},
                                                      {0x0483, 0x0489},
                                                      {0x0591, 0x05BD},
                                                      {0x0610, 0x061A},
                                                      {0x064B, 0x065F},
                                                      {0x1AB0, 0x1AFF},
                                                      {0x1DC0, 0x1DFF},
                                                      {0x200B, 0x200D},
                                                      {0x20D0, 0x20FF},
                                                      {0xFE00, 0xFE0F},
                                                      {0xFE20, 0xFE2F},
                                                      {0xE0100, 0xE01EF}});

// A character as it is shown.
struct Cell {
  std::string text;
  std::size_t width = 0;
};

Cell shown(const CodePoint& character, std::size_t at) {
  if (character.well_formed && character.value == '\t') {
    const std::size_t width = kTabWidth - at % kTabWidth;
    return {std::string(width, ' '), width};
  }
  if (must_be_escaped(character)) {
    std::string text = printable(character.bytes);
    if (text == character.bytes) return {"\uFFFD", 1};  // a separator that printable() lets pass
    const std::size_t width = text.size();
    return {std::move(text), width};
  }
  return {std::string(character.bytes), cells_of(character.value)};
}

// Walks over a text, one character at a time.
class Walk {
 public:
  explicit Walk(std::string_view text) : left_(text) {}
  bool at_end() const { return left_.empty(); }
  std::string_view left() const { return left_; }
  CodePoint next() {
    const CodePoint character = first_code_point(left_);
    left_.remove_prefix(character.bytes.size());
    return character;
  }

 private:
  std::string_view left_;
};

// How many characters are left out at the line's start, so that the part is within `width` cells.
std::size_t left_out(std::string_view line, std::size_t part, std::size_t width) {
  std::size_t cells = 0;
  std::size_t count = 0;
  for (Walk walk(line); !walk.at_end() && count < part; ++count) cells += shown(walk.next(), cells).width;
  return cells + kBeforePart <= width || count <= kBeforePart ? 0 : count - kBeforePart;
}

}  // namespace

std::size_t cells_of(char32_t character) {
  if (character < 0x300) return 1;
  if (is_in(kNoWidth, character)) return 0;
  return is_in(kWide, character) ? 2 : 1;
}

Excerpt excerpt_of(std::string_view line, std::uint32_t column, std::uint32_t end_column, std::size_t width) {
  const std::size_t begin = column == 0 ? 0 : column - 1;
  const std::size_t skipped = left_out(line, begin, width);
  Excerpt out;
  std::size_t cells = 0;
  Walk walk(line);
  for (std::size_t i = 0; i < skipped; ++i) walk.next();
  if (skipped > 0) {
    out.line = "…";
    out.marks = " ";
    cells = 1;
  }
  std::size_t at = skipped;
  for (; !walk.at_end(); ++at) {
    const Cell cell = shown(walk.next(), cells);
    if (cells + cell.width > width) {
      out.line += "…";
      break;
    }
    out.line += cell.text;
    cells += cell.width;
    const bool marked = at >= begin && (end_column == 0 || at + 1 < end_column || at == begin);
    out.marks.append(cell.width, marked ? '^' : ' ');
  }
  out.marks.erase(out.marks.find_last_not_of(' ') + 1);
  if (out.marks.empty()) out.marks = std::string(cells, ' ') + "^";
  return out;
}

}  // namespace plowline
