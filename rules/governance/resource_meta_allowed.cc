// Keys and values that `meta` may have: of models and of sources. One check.
#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "lint/rule.h"
#include "rules/governance/meta.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct MetaAllowedOptions {
  std::vector<std::string> keys;
  ListMap values;
};

void check_keys(const MetaAllowance& allowance, const LintProject& project, NodeId id, const Meta& meta,
                Violations& violations) {
  const std::vector<std::string> wrong = keys_not_allowed(meta, allowance);
  if (wrong.empty()) return;
  violations.push_back(
      {.node = id,
       .message = fmt::format("the meta of {} has {}, which {} not among the keys agreed upon: nothing reads {}",
                              printable(project.node(id).name), name_list(wrong, kFewNames),
                              plural(wrong.size(), "is", "are"), plural(wrong.size(), "it", "them")),
       .at = Anchor::config("meta." + wrong.front().substr(0, wrong.front().find('.'))),
       .key = "keys"});
}

void check_values(const MetaAllowance& allowance, const LintProject& project, NodeId id, const Meta& meta,
                  Violations& violations) {
  for (const WrongMetaValue& wrong : values_not_allowed(meta, allowance)) {
    violations.push_back(
        {.node = id,
         .message =
             fmt::format("{} in the meta of {} is {}, which is not among {}: what reads it does not know that value",
                         printable(wrong.key), printable(project.node(id).name), printable(wrong.value),
                         name_list(allowance.values.at(wrong.key), kFewNames)),
         .at = Anchor::config("meta." + wrong.key.substr(0, wrong.key.find('.'))),
         .key = "value of " + wrong.key});
  }
}

template <ResourceType kAppliesTo>
Result<void> check_nodes(const LintProject& project, const RuleScope& scope, const MetaAllowedOptions& options,
                         Violations& violations) {
  if (options.keys.empty() && options.values.empty()) return {};
  const MetaAllowance allowance{options.keys, options.values};
  scope.for_each_enabled(kAppliesTo, [&](NodeId id) {
    const Meta meta = Meta::of(project, id);
    if (meta.empty()) return;
    check_keys(allowance, project, id, meta, violations);
    check_values(allowance, project, id, meta, violations);
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
