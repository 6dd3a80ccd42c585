// UTF-8 text, one code point at a time, for those who quote it.
//
// Names come from a manifest or from the user and may hold anything. Quoting needs to know three things of each
// character: its bytes, whether those bytes are UTF-8 at all, and whether it can be shown and pasted as it is.
#pragma once

#include <cstddef>
#include <string_view>

namespace plowline {

struct CodePoint {
  char32_t value = 0;      // meaningless unless well_formed
  std::string_view bytes;  // a view into the text; one byte where it is not well-formed
  bool well_formed = true;
};

// The first code point of `text`, which is not empty. Overlong forms, surrogates and what lies past U+10FFFF are not
// well-formed, as in Python and in YAML.
CodePoint first_code_point(std::string_view text);

// Whether a character must not stand raw in a line that people read and paste: the control characters (U+0000 to
// U+001F, U+007F to U+009F), the line and paragraph separators, the byte order mark, U+FFFE and U+FFFF, the marks that
// reorder text (a line must read as it runs), and bytes that are no UTF-8.
bool must_be_escaped(const CodePoint& code_point);

// The first such character at or after `from`, or npos.
std::size_t find_unprintable(std::string_view text, std::size_t from = 0);

bool is_well_formed(std::string_view text);

// How many 16-bit units Windows would store `text` in: its limits are counted in these.
std::size_t utf16_length(std::string_view text);

}  // namespace plowline
