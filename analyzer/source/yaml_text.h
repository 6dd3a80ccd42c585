// A YAML file as values together with the text they were read from: where each value stands, to the character, and
// which lines an item of a list takes up.
//
// A reader of YAML tells where a value begins but not where it ends. For places a look at the text suffices: an item in
// block style goes on as long as lines are indented deeper than its `-`, one in flow style to its closing bracket.
// What an alias or `<<` brings stands where it is written, at the anchor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "artifact/placed_value.h"
#include "source/line_index.h"
#include "source/text_range.h"

namespace plowline {

// From the first to the last, both included; 0: not known.
struct LineSpan {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  bool contains(std::uint32_t line) const { return line != 0 && first <= line && line <= last; }
  bool operator==(const LineSpan&) const = default;
};

class YamlText {
 public:
  // A bigger file has no places: reading it is not worth the time.
  static constexpr std::size_t kLargest = std::size_t{8} << 20;

  // `text` must outlive this object. Nothing where it is not YAML (see placed_value_from_yaml) or too big.
  static std::optional<YamlText> read(std::string_view text);

  const PlacedValue& root() const { return root_; }
  std::string_view text() const { return text_; }
  const LineIndex& lines() const { return lines_; }

  // A text, number, … or key as written, without its quotes; of a list or map its first character.
  TextRange range_of(const PlacedValue& value) const;
  // The lines of an item of a list, from its `-` on, with the comments at its end that are indented as its own.
  LineSpan lines_of_item(const PlacedValue& item);
  // The lines of a key of the outermost map and its value.
  LineSpan lines_of_key(const PlacedValue& key) const;

 private:
  YamlText(std::string_view text, PlacedValue root);
  // The byte of a value, behind its anchor and tag.
  std::size_t offset_of(const PlacedValue& value) const;
  enum class Of : std::uint8_t { kItem, kKey };
  // The last line that belongs to what begins in line `first` and is indented deeper than `column` (from 0). The list
  // of a key may stand at the very column of the key.
  std::uint32_t last_line_deeper_than(std::uint32_t first, std::ptrdiff_t column, Of of) const;
  std::uint32_t line_of_closing_bracket(std::size_t offset) const;

  std::string_view text_;
  LineIndex lines_;
  PlacedValue root_;
  std::unordered_map<std::size_t, LineSpan> known_;  // an anchor that many aliases repeat is looked at once
};

}  // namespace plowline
