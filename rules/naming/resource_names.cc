// Names of seeds, snapshots, exposures, semantic models and unit tests: one check.
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/naming/letter_case.h"

namespace plowline {
namespace {

struct ResourceNameOptions {
  Pattern pattern;
  std::string letter_case = "auto";
};

constexpr std::string_view word_for(ResourceType type) {
  switch (type) {
    case ResourceType::kSeed:
      return "seed";
    case ResourceType::kSnapshot:
      return "snapshot";
    case ResourceType::kExposure:
      return "exposure";
    case ResourceType::kSemanticModel:
      return "semantic model";
    default:
      return "unit test";
  }
}

template <ResourceType kAppliesTo>
Result<void> check(const LintProject& project, const RuleScope& scope, const ResourceNameOptions& options,
                   Violations& violations) {
  const NameDemand demand(options.pattern, options.letter_case);
  if (demand.none()) return {};
  scope.for_each(kAppliesTo, [&](NodeId id) {
    const std::string_view name = project.node(id).name;
    if (!project.project().enabled(id) || demand.met_by(name)) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the {} name {} {}", word_for(kAppliesTo), printable(name), demand.failure(name)),
         .key = "name"});
  });
  return {};
}

std::vector<OptionSpec> options() {
  return {option<&ResourceNameOptions::pattern>("pattern", "A regular expression that the whole name has to match."),
          option<&ResourceNameOptions::letter_case>(
              "case", "The letter case of the name; `auto`: `snake_case`, or any where a pattern is given.",
              letter_cases_and_auto())};
}

const RegisterRule<ResourceNameOptions> seeds{
    {.name = "seed-name",
     .subject = "naming",
     .summary = "a seed's name does not follow the convention",
     .what =
         "Holds the names of seeds, which are the names of their CSV files, against a letter case (`snake_case`) or "
         "a pattern of your own.",
     .why = "A seed is a table like any other in the warehouse. A common prefix tells that its rows are kept by hand, "
            "and a name with capitals needs quotes in some warehouses.",
     .example = R"(```csv seeds/CountryCodes.csv
code,name
de,Germany
```)",
     .use_instead = R"(```csv seeds/country_codes.csv
code,name
de,Germany
```)",
     .basis = "dbt-bouncer: `check_seed_names`; dbtective: `name_convention`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    options(),
    check<ResourceType::kSeed>};

const RegisterRule<ResourceNameOptions> snapshots{
    {.name = "snapshot-name",
     .subject = "naming",
     .summary = "a snapshot's name does not follow the convention",
     .what = "Holds the names of snapshots against a letter case (`snake_case`) or a pattern of your own, such as "
             "`.*_snapshot`.",
     .why = "A snapshot keeps history that cannot be built again. A name that tells so keeps people from dropping or "
            "joining it like any other table.",
     .example = R"(```yaml snapshots/orders.yml
snapshots:
  - name: orders_history
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
  snapshot-name: {severity: warn, pattern: '.*_snapshot'}
```)",
     .use_instead = R"(```yaml snapshots/orders.yml
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
  snapshot-name: {severity: warn, pattern: '.*_snapshot'}
```)",
     .basis = "dbt-bouncer: `check_snapshot_names`; dbtective: `name_convention`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    options(),
    check<ResourceType::kSnapshot>};

const RegisterRule<ResourceNameOptions> exposures{
    {.name = "exposure-name",
     .subject = "naming",
     .summary = "an exposure's name does not follow the convention",
     .what = "Holds the names of exposures against a letter case (`snake_case`) or a pattern of your own. Their labels "
             "may be what they like.",
     .why =
         "The name is what stands behind `exposure:` in a selector and in the documentation's addresses. What people "
         "read has a member of its own, `label`.",
     .example = R"(```yaml models/exposures.yml
exposures:
  - name: WeeklyRevenue
    type: dashboard
    owner: {name: Finance, email: finance@example.com}
```)",
     .use_instead = R"(```yaml models/exposures.yml
exposures:
  - name: weekly_revenue
    label: Weekly Revenue
    type: dashboard
    owner: {name: Finance, email: finance@example.com}
```)",
     .basis = "dbtective: `name_convention`. dbt allows letters, digits and underscores.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    options(),
    check<ResourceType::kExposure>};

const RegisterRule<ResourceNameOptions> semantic_models{
    {.name = "semantic-model-name",
     .subject = "naming",
     .summary = "a semantic model's name does not follow the convention",
     .what = "Holds the names of semantic models against a letter case (`snake_case`) or a pattern of your own.",
     .why =
         "Metrics, saved queries and the tools behind the semantic layer's interface know the semantic model by this "
         "name alone.",
     .example = R"(```yaml models/semantic.yml
semantic_models:
  - name: Orders
    model: ref('fct_orders')
```
```sql models/fct_orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```yaml models/semantic.yml
semantic_models:
  - name: orders
    model: ref('fct_orders')
```
```sql models/fct_orders.sql
select 1 as order_id
```)",
     .basis = "dbtective: `name_convention`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    options(),
    check<ResourceType::kSemanticModel>};

const RegisterRule<ResourceNameOptions> unit_tests{
    {.name = "unit-test-name",
     .subject = "naming",
     .summary = "a unit test's name does not follow the convention",
     .what = "Holds the names of unit tests against a letter case (`snake_case`) or a pattern of your own, such as "
             "`test_.*`.",
     .why = "A failed unit test shows up under its name, among models and data tests. A common form tells at a glance "
            "what failed.",
     .example = R"(```yaml models/unit_tests.yml
unit_tests:
  - name: Totals-are-summed
    model: fct_orders
    given: []
    expect: {rows: [{order_id: 1}]}
```
```sql models/fct_orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```yaml models/unit_tests.yml
unit_tests:
  - name: totals_are_summed
    model: fct_orders
    given: []
    expect: {rows: [{order_id: 1}]}
```
```sql models/fct_orders.sql
select 1 as order_id
```)",
     .basis = "dbtective: `name_convention`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    options(),
    check<ResourceType::kUnitTest>};

}  // namespace
}  // namespace plowline
