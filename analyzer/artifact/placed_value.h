// A value of a YAML or JSON file as it is written, before anybody knows what it means: text, lists and maps with the
// place of each in its file. selectors.yml, dbt_project.yml, property files and plowline.yml are read as such values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/json.h"
#include "diagnostic/error.h"

namespace plowline {

struct PlacedValue {
  enum class Kind { kText, kBool, kNumber, kNull, kOther, kList, kMap };
  Kind kind = Kind::kNull;
  std::string text;  // kText; of scalars of other kinds what is written
  Position position;
  struct Member;
  std::vector<PlacedValue> items;     // kList
  std::vector<Member> members;        // kMap: no key twice (the last one counts), in order
  std::vector<PlacedValue> repeated;  // kMap: keys that stand in the same map again, further down

  // The member whose key is that text; null where there is none.
  const PlacedValue* get(std::string_view key) const;
  // What Python takes for true: no empty text, list or map, not 0, false or null.
  bool truthy() const;
};

struct PlacedValue::Member {
  PlacedValue key;
  PlacedValue value;
};

// Jinja in the value or in a part of it.
bool has_jinja(const PlacedValue& value);
// A decimal number, quoted or not; nothing for anything else.
std::optional<double> number_in(const PlacedValue& value);

// Of members with one key keeps the last, as Python's readers do. The keys of those that were dropped.
std::vector<PlacedValue> drop_repeated_keys(std::vector<PlacedValue::Member>& members);

// `path` is where the value stands, `$.selectors["nightly"].definition`; `file` names it in errors. Errors: more than
// 100 levels.
Result<PlacedValue> placed_value_from_json(const JsonText& value, const std::string& file, const std::string& path);

// All of a YAML file, with dbt's YAML 1.1 kinds: a plain `yes` is a boolean, a plain `2024-01-01` a date (kOther).
// Aliases and `<<` are resolved. Errors, with line and column: what is no YAML, several documents, more than 100
// levels, more than 100,000 values once aliases are resolved.
Result<PlacedValue> placed_value_from_yaml(std::string_view text, const std::string& file);

}  // namespace plowline
