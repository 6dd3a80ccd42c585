// Small edits of a text file that leave every other byte as it is.
//
// Editors of SQL and YAML work on a text with `\n` as line end and without a byte order mark, as SourceFile has it.
// EditedFile keeps the file's true bytes beside it: an edit is carried over to them, its new lines with the line end
// that the file has most.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace plowline {

// What an editor gives, or why it does not: a sentence without a full stop.
template <typename T>
using OrReason = std::expected<T, std::string>;

// `length` bytes from `offset` on become `text`; length 0: it is inserted.
struct TextEdit {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string text;
};
// Of one text; they do not overlap, and are in the text's order.
using TextEdits = std::vector<TextEdit>;

std::string edited(std::string_view text, const TextEdits& edits);

// The edit that puts `item` behind the last item of a bracketed list: `open` and `close` are the places of its
// brackets, `last` where its last item begins (`open`: it has none). In a list with an item on each line the new one
// gets a line of its own, indented like the last; a comma at the end stays one at the end, one at a line's beginning
// one at the beginning.
TextEdit append_in_brackets(std::string_view text, std::size_t open, std::size_t last, std::size_t close,
                            std::string_view item);

// From the beginning of its line to `offset`.
std::string_view line_before(std::string_view text, std::size_t offset);

class EditedFile {
 public:
  explicit EditedFile(std::string bytes);

  // The file as it was and as it is now, byte for byte.
  const std::string& before() const { return before_; }
  const std::string& after() const { return after_; }
  // As it was and as it is now, as editors read it.
  const std::string& text_before() const { return text_before_; }
  const std::string& text() const { return text_; }

  // `edits` are of text().
  void apply(const TextEdits& edits);

 private:
  std::string before_;
  std::string after_;
  std::string text_before_;
  std::string text_;
  bool carriage_returns_ = false;  // most of its lines end with `\r\n`
};

}  // namespace plowline
