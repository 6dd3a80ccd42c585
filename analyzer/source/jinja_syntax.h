// Where Jinja's tags end and what its statements open and close, as Jinja 2's own lexer has it with the delimiters that
// dbt uses. For those who scan a template without evaluating it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plowline {

inline bool is_jinja_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// A letter, digit, underscore, or a byte of a character beyond ASCII.
inline bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Whether a tag begins at that `{`.
inline bool opens_jinja(std::string_view text, std::size_t at) {
  return at + 1 < text.size() && (text[at + 1] == '{' || text[at + 1] == '%' || text[at + 1] == '#');
}

// Finds the ends of the tags of one text. Strings and brackets count, as they do for Jinja: `}}` in a string or inside
// of a dictionary ends nothing. A tag that has no end that way ends at the first `}}` or `%}`, or with the text. Linear
// over a whole text: after a few such tags, which no template that works has, only the latter is tried.
class JinjaTags {
 public:
  explicit JinjaTags(std::string_view text) : text_(text) {}
  // `at` is where opens_jinja() holds. The offset behind the tag.
  std::size_t end_of(std::size_t at);

 private:
  std::size_t balanced_end(std::size_t at, char close) const;

  std::string_view text_;
  int broken_ = 0;
};

// Behind the quote that closes the string whose opening quote is at `at`; text.size() where there is none.
std::size_t end_of_jinja_string(std::string_view text, std::size_t at);
// Appends what a Jinja string means; `inside` is what stands between its quotes.
void append_jinja_string(std::string& out, std::string_view inside);

// What stands between a tag's delimiters and their signs (`{%-`), blanks at both ends included.
std::string_view inside_of_tag(std::string_view tag);

// What a {% … %} does to the text around it.
enum class JinjaBranching : std::uint8_t {
  kNone,       // nothing: do, include, {% set x = 1 %}
  kBranch,     // if, for
  kOtherwise,  // else, elif
  kEndBranch,  // endif, endfor
  kText,       // macro, test, snapshot, call, {% set x %}, …: what follows is a text of its own
  kEndText,    // endmacro, endset, …
  kRaw,        // raw
};
JinjaBranching block_of(std::string_view statement);

}  // namespace plowline
