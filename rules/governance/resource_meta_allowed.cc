// Keys and values that `meta` may have: of models and of sources. One check.
#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/governance/meta.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct MetaAllowedOptions {
  std::vector<std::string> keys;
  ListMap values;
};

// Whether `allowed` is the key, a map that holds it, or, of a map, one of its members.
bool covers(const std::string& allowed, const std::string& key) {
  return key == allowed || key.starts_with(allowed + ".");
}

bool is_allowed(const MetaAllowedOptions& options, const std::string& key) {
  if (options.keys.empty()) return true;
  if (std::ranges::any_of(options.keys, [&](const std::string& allowed) { return covers(allowed, key); })) return true;
  return std::ranges::any_of(options.values, [&](const auto& entry) { return covers(entry.first, key); });
}

// The texts of a value: of a list, of each of its items.
std::vector<std::string> texts(const JsonText& value) {
  if (value.kind() != JsonText::Kind::kArray) return {value.scalar()};
  std::vector<std::string> all;
  for (const JsonText& item : value.items()) all.push_back(item.scalar());
  return all;
}

// YAML's `true` is Python's True in scalar(); users write either.
bool same_value(std::string_view allowed, std::string_view value) {
  return allowed == value || (value == "True" && allowed == "true") || (value == "False" && allowed == "false") ||
         (value == "None" && allowed == "null");
}

void check_keys(const MetaAllowedOptions& options, const LintProject& project, NodeId id, const Meta& meta,
                Violations& violations) {
  std::vector<std::string> wrong;
  for (const auto& [key, ignored] : meta.leaves()) {
    if (!is_allowed(options, key)) wrong.push_back(key);
  }
  if (wrong.empty()) return;
  violations.push_back({.node = id,
                        .message = fmt::format("the meta of {} has {}, which is not among the keys agreed upon: "
                                               "nothing reads it",
                                               printable(project.node(id).name),
                                               name_list(std::vector<std::string_view>(wrong.begin(), wrong.end()))),
                        .at = Anchor::config("meta." + wrong.front().substr(0, wrong.front().find('.'))),
                        .key = "keys"});
}

void check_values(const MetaAllowedOptions& options, const LintProject& project, NodeId id, const Meta& meta,
                  Violations& violations) {
  for (const auto& [key, allowed] : options.values) {
    const auto value = meta.find(key);
    if (!value) continue;
    for (const std::string& text : texts(*value)) {
      if (std::ranges::any_of(allowed, [&](const std::string& one) { return same_value(one, text); })) continue;
      violations.push_back(
          {.node = id,
           .message =
               fmt::format("{} in the meta of {} is {}, which is not among {}: what reads it does not know that value",
                           printable(key), printable(project.node(id).name), printable(text),
                           name_list(std::vector<std::string_view>(allowed.begin(), allowed.end()))),
           .at = Anchor::config("meta." + key.substr(0, key.find('.'))),
           .key = "value of " + key});
      break;
    }
  }
}

template <ResourceType kAppliesTo>
Result<void> check_nodes(const LintProject& project, const RuleScope& scope, const MetaAllowedOptions& options,
                         Violations& violations) {
  if (options.keys.empty() && options.values.empty()) return {};
  scope.for_each_enabled(kAppliesTo, [&](NodeId id) {
    const Meta meta = Meta::of(project, id);
    if (meta.empty()) return;
    check_keys(options, project, id, meta, violations);
    check_values(options, project, id, meta, violations);
  });
  return {};
}

std::vector<OptionSpec> options() {
  return {option<&MetaAllowedOptions::keys>("keys", "The keys that may stand there; with none, any may."),
          option<&MetaAllowedOptions::values>("values", "For a key, the values that it may have.")};
}

const RegisterRule<MetaAllowedOptions> models{
    {.name = "model-meta-allowed",
     .subject = "governance",
     .summary = "a model's meta has a key or a value that is not agreed upon",
     .what = "Holds the `meta` of models against a list of keys, and their values against a list each. A key with dots "
             "goes into maps: `owner.email`; a key allows whatever is in its map. Keys that have `values` are allowed, "
             "too. Of a list each item is looked at. Does nothing until `keys` or `values` are given; plowline's own "
             "key is always allowed.",
     .why = "dbt takes anything for meta. `maturty: high` is accepted without a word, and the report that goes by "
            "`maturity` leaves the model out.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    config:
      meta: {maturity: hihg}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-meta-allowed: {severity: warn, keys: [owner], values: {maturity: [low, high]}}
```)",
     .use_instead = R"(```yaml models/orders.yml
models:
  - name: orders
    config:
      meta: {maturity: high, owner: finance}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-meta-allowed: {severity: warn, keys: [owner], values: {maturity: [low, high]}}
```)",
     .basis = "dbt-contracts: `models.has_allowed_meta_keys`, `models.has_allowed_meta_values`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    options(),
    check_nodes<ResourceType::kModel>};

const RegisterRule<MetaAllowedOptions> sources{
    {.name = "source-meta-allowed",
     .subject = "sources",
     .summary = "a source's meta has a key or a value that is not agreed upon",
     .what = "Holds the `meta` of sources' tables, that of the source included, against a list of keys, and their "
             "values against a list each. A key with dots goes into maps: `owner.email`; a key allows whatever is in "
             "its map. Keys that have `values` are allowed, too. Does nothing until `keys` or `values` are given; "
             "plowline's own key is always allowed.",
     .why = "A source's meta says whose data it is and what is personal in it. What is spelt in another way is said to "
            "nobody.",
     .example = R"(```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        config:
          meta: {sensitivity: hihg}
```
```yaml plowline.yml
rules:
  source-meta-allowed: {severity: warn, values: {sensitivity: [low, high]}}
```)",
     .use_instead = R"(```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        config:
          meta: {sensitivity: high}
```
```yaml plowline.yml
rules:
  source-meta-allowed: {severity: warn, values: {sensitivity: [low, high]}}
```)",
     .basis = "dbt-contracts: `sources.has_allowed_meta_keys`, `sources.has_allowed_meta_values`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    options(),
    check_nodes<ResourceType::kSource>};

}  // namespace
}  // namespace plowline
