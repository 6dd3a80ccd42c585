// Keys that `meta` has to have: of models, seeds, snapshots, exposures and macros. One check.
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/governance/meta.h"

namespace plowline {
namespace {

std::string message_of(std::string_view name, std::string_view failure) {
  return fmt::format(
      "the meta of {} {}: what reads these keys (catalogs, alerts, access rules) {}", printable(name), failure,
      failure.starts_with("lacks") || failure.starts_with("has none") ? "finds nothing there"
                                                                      : "does not know what to make of it");
}

template <ResourceType kAppliesTo>
Result<void> check_nodes(const LintProject& project, const RuleScope& scope, const MetaKeyDemand& options,
                         Violations& violations) {
  if (options.keys.empty()) return {};
  scope.for_each_enabled(kAppliesTo, [&](NodeId id) {
    const std::string failure = missing_or_extra(Meta::of(project, id), options);
    if (failure.empty()) return;
    violations.push_back({.node = id,
                          .message = message_of(project.node(id).name, failure),
                          .at = Anchor::config("meta"),
                          .key = "keys"});
  });
  return {};
}

Result<void> check_macros(const LintProject& project, const RuleScope& scope, const MetaKeyDemand& options,
                          Violations& violations) {
  if (options.keys.empty()) return {};
  scope.for_each_macro([&](const MacroRecord& macro) {
    const std::string failure = missing_or_extra(Meta::of(project, macro), options);
    if (failure.empty()) return;
    violations.push_back({.macro = &macro, .message = message_of(macro.name, failure), .key = "keys"});
  });
  return {};
}

constexpr const char* kHow =
    " Does nothing until `keys` are given. A key counts wherever dbt lets it stand: in the YAML entry, under its "
    "`config:`, in `config()`, in dbt_project.yml. A key whose value is empty is there. Unless `allow_extra` is set, "
    "keys that are not asked for are reported, too; plowline's own (`meta: {plowline: …}`) never are.";

const RegisterRule<MetaKeyDemand> models{
    {.name = "model-meta-keys",
     .subject = "governance",
     .summary = "a model's meta does not have the keys that it should have",
     .what = std::string("Looks for keys in the `meta` of models.") + kHow,
     .why = "Alerting, data catalogs and access rules are driven by `meta`. A model that lacks the key is the one for "
            "which nobody is woken up.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    config:
      meta: {maturity: high}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-meta-keys: {severity: warn, keys: [owner, maturity]}
```)",
     .use_instead = R"(```yaml models/orders.yml
models:
  - name: orders
    config:
      meta: {owner: finance, maturity: high}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-meta-keys: {severity: warn, keys: [owner, maturity]}
```)",
     .basis = "dbt-checkpoint: `check-model-has-meta-keys` (`--allow-extra-keys`), which leaves out ephemeral models "
              "and those in Python; dbt-bouncer: `check_model_has_meta_keys` (`criteria`; other keys are allowed).",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    meta_key_options(),
    check_nodes<ResourceType::kModel>};

const RegisterRule<MetaKeyDemand> seeds{
    {.name = "seed-meta-keys",
     .subject = "governance",
     .summary = "a seed's meta does not have the keys that it should have",
     .what = std::string("Looks for keys in the `meta` of seeds.") + kHow,
     .why = "A seed is kept by hand. Who keeps it, and where its rows were copied from, is known nowhere else.",
     .example = R"(```yaml seeds/seeds.yml
seeds:
  - name: country_codes
    description: ISO codes
```
```csv seeds/country_codes.csv
code
de
```
```yaml plowline.yml
rules:
  seed-meta-keys: {severity: warn, keys: [copied_from]}
```)",
     .use_instead = R"(```yaml seeds/seeds.yml
seeds:
  - name: country_codes
    description: ISO codes
    config:
      meta: {copied_from: ISO 3166}
```
```csv seeds/country_codes.csv
code
de
```
```yaml plowline.yml
rules:
  seed-meta-keys: {severity: warn, keys: [copied_from]}
```)",
     .basis = "dbt-checkpoint: `check-seed-has-meta-keys`; dbt-bouncer: `check_seed_has_meta_keys`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    meta_key_options(),
    check_nodes<ResourceType::kSeed>};

const RegisterRule<MetaKeyDemand> snapshots{
    {.name = "snapshot-meta-keys",
     .subject = "governance",
     .summary = "a snapshot's meta does not have the keys that it should have",
     .what = std::string("Looks for keys in the `meta` of snapshots.") + kHow,
     .why = "A snapshot's history cannot be built again. Who answers for it, and how long it is to be kept, has to be "
            "written where the tools that delete look.",
     .example = R"(```yaml snapshots/orders.yml
snapshots:
  - name: orders_snapshot
    relation: source('shop', 'orders')
    config: {strategy: timestamp, unique_key: order_id, updated_at: updated_at}
```
```yaml models/sources.yml
sources:
  - name: shop
    tables:
      - name: orders
```
```yaml plowline.yml
rules:
  snapshot-meta-keys: {severity: warn, keys: [retention]}
```)",
     .use_instead = R"(```yaml snapshots/orders.yml
snapshots:
  - name: orders_snapshot
    relation: source('shop', 'orders')
    config: {strategy: timestamp, unique_key: order_id, updated_at: updated_at, meta: {retention: 5 years}}
```
```yaml models/sources.yml
sources:
  - name: shop
    tables:
      - name: orders
```
```yaml plowline.yml
rules:
  snapshot-meta-keys: {severity: warn, keys: [retention]}
```)",
     .basis = "dbt-checkpoint: `check-snapshot-has-meta-keys`; dbt-bouncer: `check_snapshot_has_meta_keys`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    meta_key_options(),
    check_nodes<ResourceType::kSnapshot>};

const RegisterRule<MetaKeyDemand> exposures{
    {.name = "exposure-meta-keys",
     .subject = "governance",
     .summary = "an exposure's meta does not have the keys that it should have",
     .what = std::string("Looks for keys in the `meta` of exposures.") + kHow,
     .why = "How important a dashboard is decides whom a broken model wakes up. Only its exposure can say so.",
     .example = R"(```yaml models/exposures.yml
exposures:
  - name: weekly_revenue
    type: dashboard
    owner: {name: Finance, email: finance@example.com}
```
```yaml plowline.yml
rules:
  exposure-meta-keys: {severity: warn, keys: [tier]}
```)",
     .use_instead = R"(```yaml models/exposures.yml
exposures:
  - name: weekly_revenue
    type: dashboard
    owner: {name: Finance, email: finance@example.com}
    config:
      meta: {tier: gold}
```
```yaml plowline.yml
rules:
  exposure-meta-keys: {severity: warn, keys: [tier]}
```)",
     .basis = "dbt-checkpoint: `check-exposure-has-meta-keys`, which reads the YAML files and knows `meta` beside the "
              "name only, and looks at disabled exposures; dbt-bouncer: `check_exposure_has_meta_keys`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    meta_key_options(),
    check_nodes<ResourceType::kExposure>};

const RegisterRule<MetaKeyDemand> macros{
    {.name = "macro-meta-keys",
     .subject = "governance",
     .summary = "a macro's meta does not have the keys that it should have",
     .what = std::string("Looks for keys in the `meta` of macros, which stands in their YAML entry.") + kHow,
     .why = "A macro that half of the models use has no owner in the warehouse; who answers for it stands in its meta "
            "or nowhere.",
     .example = R"(```yaml macros/macros.yml
macros:
  - name: cents_to_dollars
    description: Cents as dollars
```
```sql macros/cents_to_dollars.sql
{% macro cents_to_dollars(column) %}{{ column }} / 100.0{% endmacro %}
```
```yaml plowline.yml
rules:
  macro-meta-keys: {severity: warn, keys: [owner]}
```)",
     .use_instead = R"(```yaml macros/macros.yml
macros:
  - name: cents_to_dollars
    description: Cents as dollars
    config:
      meta: {owner: finance}
```
```sql macros/cents_to_dollars.sql
{% macro cents_to_dollars(column) %}{{ column }} / 100.0{% endmacro %}
```
```yaml plowline.yml
rules:
  macro-meta-keys: {severity: warn, keys: [owner]}
```)",
     .basis = "dbt-checkpoint: `check-macro-has-meta-keys`; dbt-bouncer: `check_macro_has_meta_keys`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    meta_key_options(),
    check_macros};

}  // namespace
}  // namespace plowline
