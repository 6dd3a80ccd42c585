// Edits of a property file: members added to its maps, items to its lists, texts replaced.
//
// A YamlEdit reads the text once and works edits of it out in the style that is there: block or flow, the indentation
// of neighbours, their quotes. Each edit is checked: the edited text must mean what the old one meant plus the change,
// at that one place; an edit through an anchor, an alias or `<<`, which would change more, is refused by that, as is
// whatever else is not understood. Cost of each: reading the YAML once more.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/placed_value.h"
#include "lint/text_edit.h"
#include "source/property_file.h"

namespace plowline {

// Values to be written, without a place.
PlacedValue yaml_text(std::string_view text);
PlacedValue yaml_list(std::vector<PlacedValue> items);
PlacedValue yaml_map(std::vector<std::pair<std::string, PlacedValue>> members);

// A new file with that value, in block style, with `\n` at its end.
std::string yaml_document(const PlacedValue& value);

class YamlEdit {
 public:
  // `text` must outlive this object.
  explicit YamlEdit(std::string_view text);
  YamlEdit(const YamlEdit&) = delete;
  YamlEdit& operator=(const YamlEdit&) = delete;

  // Whether it is a property file at all: YAML, a map or nothing.
  bool is_readable() const { return file_.yaml() != nullptr; }
  const PropertyFile& file() const { return file_; }
  const PlacedValue& root() const { return file_.yaml()->root(); }

  // Maps are values of file(). The map has no such key, or it has no value. `after`: the keys behind the last of which
  // the new member goes; behind all members where there is none of them.
  OrReason<TextEdits> add_member(const PlacedValue& map, std::string_view key, const PlacedValue& value,
                                 const std::vector<std::string_view>& after = {});
  // To the list at `key`; the key is made where it is not there, its list where the key has none.
  OrReason<TextEdits> add_items(const PlacedValue& map, std::string_view key, const std::vector<PlacedValue>& items);
  // To a list of texts at `key`, or one text instead of a list. No edits: it is there already.
  OrReason<TextEdits> add_text(const PlacedValue& map, std::string_view key, std::string_view text);
  // The text at `key` of the map, which has it.
  OrReason<TextEdits> replace_text(const PlacedValue& map, std::string_view key, std::string_view text);

 private:
  // How much deeper than its key the list's `-` and a map stand.
  struct Layout {
    std::size_t list = 2;
    std::size_t step = 2;
  };
  void read_layout();

  std::size_t offset_of(const PlacedValue& value) const;
  std::size_t line_end(std::uint32_t line) const;
  std::optional<std::size_t> dash_of(const PlacedValue& item) const;
  bool is_flow(const PlacedValue& list_or_map) const;
  // A text as written, with its quotes; nothing where it is not known where it ends.
  std::optional<TextEdit> written(const PlacedValue& text) const;
  char quote_of(const PlacedValue& value) const;

  std::string in_flow(const PlacedValue& value, const PlacedValue* like) const;
  // What stands behind `key:`, where the key stands at `column`.
  std::string behind_key(const PlacedValue& value, std::size_t column) const;
  std::string block_map(const PlacedValue& map, std::size_t column, const PlacedValue* like) const;

  OrReason<TextEdits> append_in_flow(const PlacedValue& list_or_map, std::string_view item) const;
  OrReason<TextEdits> append_in_block(const PlacedValue& list, const std::vector<PlacedValue>& items);
  OrReason<TextEdits> append(const PlacedValue& list, const std::vector<PlacedValue>& items);
  // A key without a value, or with an empty list, gets one.
  OrReason<TextEdits> fill(const PlacedValue::Member& member, const PlacedValue& value) const;
  const PlacedValue::Member* member_before(const PlacedValue& map, const std::vector<std::string_view>& after) const;
  // The edits, if the edited text means what the old one does with `value` at the map's `key`.
  OrReason<TextEdits> checked(OrReason<TextEdits> edits, const PlacedValue& map, std::string_view key,
                              const PlacedValue& value) const;

  std::string_view text_;
  PropertyFile file_;
  std::optional<YamlText> lines_;  // a copy of the file's own, which may be asked for lines
  Layout layout_;

  friend std::string yaml_document(const PlacedValue& value);
};

}  // namespace plowline
