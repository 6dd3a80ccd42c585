// A part of a text file, as editors and code hosts count it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace plowline {

// Lines and columns count from 1, columns in bytes' characters (Unicode code points); the end is behind the last
// character. Line 0: the place in the file is not known.
struct TextRange {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;

  bool known() const { return line != 0; }
  bool operator==(const TextRange&) const = default;
};

// The range of `length` bytes from `offset` on. What lies beyond the text is cut. Cost: O(offset + length).
TextRange range_of(std::string_view text, std::size_t offset, std::size_t length);

// The byte at which a line (from 1) begins; the text's size where it has fewer lines.
std::size_t offset_of_line(std::string_view text, std::uint32_t line);
// That line without its line end.
std::string_view line_of(std::string_view text, std::uint32_t line);

}  // namespace plowline
