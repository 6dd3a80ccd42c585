#include "source/text_range.h"

#include <doctest/doctest.h>

namespace plowline {
namespace {

TEST_CASE("a range counts lines and characters from 1") {
  CHECK(range_of("select 1\nfrom t\n", 0, 6) == TextRange{1, 1, 1, 7});
  CHECK(range_of("select 1\nfrom t\n", 9, 4) == TextRange{2, 1, 2, 5});
  CHECK(range_of("select 1\nfrom t\n", 7, 6) == TextRange{1, 8, 2, 5});
  CHECK(range_of("a\r\nbc", 3, 2) == TextRange{2, 1, 2, 3});
  CHECK(range_of("", 0, 0) == TextRange{1, 1, 1, 1});
  CHECK(range_of("a", 0, 0) == TextRange{1, 1, 1, 1});
}

TEST_CASE("columns are characters, not bytes") {
  // é, 日, an emoji: two, three and four bytes.
  CHECK(range_of("\xC3\xA9 x", 3, 1) == TextRange{1, 3, 1, 4});
  CHECK(range_of("\xE6\x97\xA5x\n\xF0\x9F\x98\x80y", 3, 6) == TextRange{1, 2, 2, 2});
  // From and to the middle of a character: the whole character.
  CHECK(range_of("a\xC3\xA9z", 2, 1) == TextRange{1, 2, 1, 3});
}

TEST_CASE("what lies beyond the text is cut") {
  CHECK(range_of("ab\nc", 3, 100) == TextRange{2, 1, 2, 2});
  CHECK(range_of("ab\nc", 100, 5) == TextRange{2, 2, 2, 2});
  CHECK(range_of("ab\nc", 3, static_cast<std::size_t>(-1)) == TextRange{2, 1, 2, 2});
}

TEST_CASE("lines are found by their number") {
  const std::string_view text = "a\r\nbc\n\nd";
  CHECK(offset_of_line(text, 1) == 0);
  CHECK(offset_of_line(text, 2) == 3);
  CHECK(offset_of_line(text, 4) == 7);
  CHECK(offset_of_line(text, 5) == text.size());
  CHECK(line_of(text, 1) == "a");
  CHECK(line_of(text, 2) == "bc");
  CHECK(line_of(text, 3).empty());
  CHECK(line_of(text, 4) == "d");
  CHECK(line_of(text, 9).empty());
}

}  // namespace
}  // namespace plowline
