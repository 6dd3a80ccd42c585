// A dbt property file (`models/schema.yml`): its entries, and where each stands.
//
// The manifest says what dbt made of such a file but not where in it anything is written. Here every model, source and
// its tables, column, test, … is an entry with its lines and the range of its name, so that a finding can point at it
// and a comment can belong to it. What is in the file is taken as it stands: Jinja is not rendered, nothing is checked,
// and what dbt would refuse is left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "artifact/placed_value.h"
#include "source/text_range.h"
#include "source/yaml_text.h"

namespace plowline {

enum class PropertyKind : std::uint8_t {
  kModel,
  kVersion,  // of a model: an item of its `versions:`
  kSource,
  kTable,  // of a source
  kSeed,
  kSnapshot,
  kAnalysis,
  kMacro,
  kExposure,
  kMetric,
  kSemanticModel,
  kMeasure,  // of a semantic model
  kSavedQuery,
  kUnitTest,
  kSingularTest,  // `data_tests:` at the top of the file
  kFunction,
  kGroup,
};

// An item of `tests:` or `data_tests:`.
struct PropertyTest {
  std::string name;         // as written: `not_null`, `dbt_utils.accepted_range`
  std::string custom_name;  // its `name:`
  TextRange range;          // of `name`
  LineSpan lines;
  const PlacedValue* value = nullptr;  // the map with its arguments; null where there is only a name

  // An argument, whether it stands below `arguments:` or beside `name:`; null where there is none.
  const PlacedValue* argument(std::string_view key) const;
};

struct PropertyColumn {
  std::string name;
  TextRange range;  // of the name
  LineSpan lines;
  std::vector<PropertyTest> tests;
  const PlacedValue* value = nullptr;  // a map
};

struct PropertyEntry {
  PropertyKind kind = PropertyKind::kModel;
  std::string name;  // of a version, `v` as written
  TextRange range;   // of the name
  LineSpan lines;
  std::optional<std::size_t> parent;  // the place in entries() of a version's model, a table's source, …
  std::vector<PropertyColumn> columns;
  std::vector<PropertyTest> tests;
  const PlacedValue* value = nullptr;  // a map

  // The column of that name, letter case apart; null where there is none.
  const PropertyColumn* column(std::string_view column_name) const;
  // The key of its `config:`, or, for what may stand there (`description`, `meta`, `tags`, `access`, `group`, …),
  // beside `name:`; `+` before it and `-` for `_` make no difference. Null where it is not written.
  const PlacedValue::Member* config(std::string_view key) const;
};

// A key of the outermost map that holds entries: `models`.
struct PropertySection {
  std::string name;
  LineSpan lines;
};

class PropertyFile {
 public:
  // `text` must outlive this object. What is not YAML, too big or of another shape has no entries. Cost: reading the
  // YAML, and one more pass for the lines.
  static PropertyFile read(std::string_view text);

  // In the file's order; children (versions, tables, measures, a model's own metrics) behind their parent.
  std::span<const PropertyEntry> entries() const { return entries_; }
  std::span<const PropertySection> sections() const { return sections_; }
  // Null where the file could not be read.
  const YamlText* yaml() const { return yaml_ ? &*yaml_ : nullptr; }

  // The first entry of that kind and name, or null. O(1).
  const PropertyEntry* find(PropertyKind kind, std::string_view name) const;
  // All of them, in the file's order.
  std::vector<const PropertyEntry*> find_all(PropertyKind kind, std::string_view name) const;
  // The first one among those of `parent`; null where there is none.
  const PropertyEntry* find_child(const PropertyEntry& parent, PropertyKind kind, std::string_view name) const;
  const PropertyEntry* parent_of(const PropertyEntry& entry) const;

  TextRange range_of(const PlacedValue& value) const;

 private:
  friend class PropertyReader;
  std::optional<YamlText> yaml_;
  std::vector<PropertyEntry> entries_;
  std::vector<PropertySection> sections_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_name_;
};

// Whether two names of columns, configs, … are one, letter case apart.
bool same_letters(std::string_view a, std::string_view b);
// Whether two config keys are one: `+pre-hook` and `pre_hook`.
bool same_config_key(std::string_view a, std::string_view b);
// The member of a map of that config key; null where there is none.
const PlacedValue::Member* config_member(const PlacedValue& map, std::string_view key);

}  // namespace plowline
