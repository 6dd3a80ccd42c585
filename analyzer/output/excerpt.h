// A line of a user's file with marks under a part of it, as a terminal shows it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plowline {

struct Excerpt {
  std::string line;
  std::string marks;  // blanks, then `^` under every cell of the part
};

// The part is that from `column` up to `end_column` (code points from 1; the end is behind it). 0 for `end_column`: up
// to the line's end. At least one mark is made, behind the line too.
//
// Tabs become blanks, characters that a terminal would act on are shown escaped, and wide characters (East Asian,
// emoji) count as two cells, so that the marks stand where they belong. A line of more than `width` cells is cut around
// the part, `…` where something is missing. Cost: the line's length.
Excerpt excerpt_of(std::string_view line, std::uint32_t column, std::uint32_t end_column, std::size_t width);

// How many cells of a terminal the character takes: 0 (combining marks), 1 or 2.
std::size_t cells_of(char32_t character);

}  // namespace plowline
