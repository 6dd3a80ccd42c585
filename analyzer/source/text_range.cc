#include "source/text_range.h"

#include <algorithm>

namespace plowline {
namespace {

struct Position {
  std::uint32_t line = 1;
  std::size_t line_begin = 0;
};

// Goes on from `from` to the line that `offset` lies in.
Position advance(std::string_view text, Position from, std::size_t offset) {
  for (;;) {
    const std::size_t end = text.find('\n', from.line_begin);
    if (end == std::string_view::npos || end >= offset) return from;
    from = {from.line + 1, end + 1};
  }
}

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

std::uint32_t characters(std::string_view text) {
  return static_cast<std::uint32_t>(std::ranges::count_if(text, begins_character));
}

}  // namespace

TextRange range_of(std::string_view text, std::size_t offset, std::size_t length) {
  const std::size_t begin = std::min(offset, text.size());
  const std::size_t end = begin + std::min(length, text.size() - begin);
  const Position first = advance(text, {}, begin);
  const Position last = advance(text, first, end);
  TextRange range{.line = first.line, .column = 1, .end_line = last.line, .end_column = 1};
  range.column += characters(text.substr(first.line_begin, begin - first.line_begin));
  range.end_column += characters(text.substr(last.line_begin, end - last.line_begin));
  // Inside a character: that one's column, and for the end the column behind it, which is what the sum gives.
  const bool inside = begin < text.size() && begin > first.line_begin && !begins_character(text[begin]);
  if (inside && range.column > 1) --range.column;
  return range;
}

std::size_t offset_of_line(std::string_view text, std::uint32_t line) {
  std::size_t begin = 0;
  for (std::uint32_t i = 1; i < line; ++i) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) return text.size();
    begin = end + 1;
  }
  return begin;
}

std::string_view line_of(std::string_view text, std::uint32_t line) {
  std::string_view rest = text.substr(offset_of_line(text, line));
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

}  // namespace plowline
