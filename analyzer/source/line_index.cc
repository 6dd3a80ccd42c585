#include "source/line_index.h"

#include <algorithm>
#include <cstring>

namespace plowline {

LineIndex::LineIndex(std::string_view text) : text_(text), starts_{0} {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    starts_.push_back(at + 1);
  }
}

std::uint32_t LineIndex::line_at(std::size_t offset) const {
  const auto after = std::ranges::upper_bound(starts_, offset);
  return static_cast<std::uint32_t>(after - starts_.begin());
}

std::size_t LineIndex::start(std::uint32_t line) const {
  return line == 0 ? 0 : line <= starts_.size() ? starts_[line - 1] : text_.size();
}

std::string_view LineIndex::line(std::uint32_t line) const {
  const std::size_t from = start(line);
  std::string_view out = text_.substr(from, start(line + 1) - from);
  if (out.ends_with('\n')) out.remove_suffix(1);
  if (out.ends_with('\r')) out.remove_suffix(1);
  return out;
}

std::uint32_t LineIndex::column(std::uint32_t line, std::size_t offset) const {
  const std::string_view before = text_.substr(start(line), offset - start(line));
  const std::string_view counted = before.substr(0, kLongLine);
  const auto characters = std::ranges::count_if(counted, [](char c) { return (c & 0xC0) != 0x80; });
  return static_cast<std::uint32_t>(static_cast<std::size_t>(characters) + before.size() - counted.size() + 1);
}

TextRange LineIndex::range(std::size_t offset, std::size_t length) const {
  const std::size_t from = std::min(offset, text_.size());
  const std::size_t to = from + std::min(length, text_.size() - from);
  TextRange range;
  range.line = line_at(from);
  range.column = column(range.line, from);
  range.end_line = line_at(to);
  range.end_column = column(range.end_line, to);
  return range;
}

}  // namespace plowline
