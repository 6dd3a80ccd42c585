// Lines of a text, found once, for many questions about it.
//
// range_of() of text_range.h walks the text from its start; whoever asks about a file more than once asks here. Lines
// end with `\n`. Where a line is longer than kLongLine bytes, columns beyond that count bytes instead of characters, so
// that a file of one endless line costs no more than others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "source/text_range.h"

namespace plowline {

class LineIndex {
 public:
  static constexpr std::size_t kLongLine = 4096;

  LineIndex() : LineIndex(std::string_view()) {}
  // `text` must outlive this object. Cost: one pass.
  explicit LineIndex(std::string_view text);

  // As range_of(). O(log lines + length of the line).
  TextRange range(std::size_t offset, std::size_t length) const;
  // The byte at which a line (from 1) begins; the text's size where it has fewer.
  std::size_t start(std::uint32_t line) const;
  // That line without its line end.
  std::string_view line(std::uint32_t line) const;
  // The line in which that byte stands.
  std::uint32_t line_at(std::size_t offset) const;
  // How many lines there are; at least one.
  std::uint32_t count() const { return static_cast<std::uint32_t>(starts_.size()); }

 private:
  std::uint32_t column(std::uint32_t line, std::size_t offset) const;

  std::string_view text_;
  std::vector<std::size_t> starts_;
};

}  // namespace plowline
