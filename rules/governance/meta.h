// What stands under `meta` of a node, column or macro, and under other configs that are maps of the user's own
// (`labels`).
//
// dbt writes meta twice: beside the node's name and in its config; since 1.10 users may do so, too, and some engines
// keep only one of them. Both are looked at. A key with dots goes into maps: `owner.email` is the member `email` of
// `owner`, unless a key is spelt so with its dots.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/json.h"
#include "lint/lint_project.h"
#include "lint/rule.h"

namespace plowline {

class Meta {
 public:
  // Empty where there is none. A broken record is kept as the project's error.
  static Meta of(const LintProject& project, NodeId id);
  static Meta of(const LintProject& project, const MacroRecord& macro);
  // (LintProject has put what stands beside the column's name and what stands in its config together.)
  static Meta of(const LintProject& project, const Column& column);
  // BigQuery's and Databricks' labels: `config.labels`, of sources also `labels`, and `meta.labels`, where dbt 2 wants
  // them.
  static Meta labels_of(const LintProject& project, NodeId id);

  bool empty() const { return maps_.empty(); }
  // The value of a key, with dots or without; a null is a value.
  std::optional<JsonText> find(std::string_view key) const;
  bool has(std::string_view key) const { return find(key).has_value(); }
  // The keys at the top in their order, each once. plowline's own (`plowline: {ignore: …}`) is not among them.
  std::vector<std::string> keys() const;
  // All values that are no maps with something in them, with their keys: `owner.email`. plowline's own are not among
  // them.
  std::vector<std::pair<std::string, JsonText>> leaves() const;

 private:
  void add(const LintProject& project, RawJson raw);
  std::vector<JsonText> maps_;  // one, or two that differ
};

// What a rule asks of the keys; its options.
struct MetaKeyDemand {
  std::vector<std::string> keys;
  std::string criteria = "all";  // all, any, one
  bool allow_extra = false;
};

// `keys`, `criteria` and `allow_extra`.
std::vector<OptionSpec> meta_key_options();
// What is wrong: `lacks owner and sla`, `has none of …`; empty where nothing is.
std::string missing_or_extra(const Meta& meta, const MetaKeyDemand& demand);
// Those of the keys that are not there.
std::vector<std::string> missing_keys(const Meta& meta, const std::vector<std::string>& keys);

// What may stand there. A key with dots goes into maps; a key allows whatever is in its map.
struct MetaAllowance {
  std::vector<std::string> keys;  // and those of `values`; with none, any
  ListMap values;                 // by key; of a list each item is looked at
};

// The keys (`owner.email`) that may not be there.
std::vector<std::string> keys_not_allowed(const Meta& meta, const MetaAllowance& allowance);
struct WrongMetaValue {
  std::string key;
  std::string value;
};
// At most one for each key, in the order of `values`.
std::vector<WrongMetaValue> values_not_allowed(const Meta& meta, const MetaAllowance& allowance);

}  // namespace plowline
