#include <fmt/format.h>

#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/unit-tests/unit_tests.h"

namespace plowline {
namespace {

struct MinUnitTestsOptions {
  std::int64_t min = 1;
};

// `has no unit test`, `has 1 of the 2 unit tests that are asked for`.
std::string too_few(std::size_t count, std::int64_t min) {
  if (min == 1) return "has no unit test";
  return fmt::format("has {} of the {} unit tests that are asked for", count, min);
}

Result<void> check_models(const LintProject& project, const RuleScope& scope, const MinUnitTestsOptions& options,
                          Violations& violations) {
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    if (!can_be_unit_tested(project, id)) return;
    const std::size_t count = number_of_unit_tests(project, id);
    if (count >= static_cast<std::size_t>(options.min)) return;
    violations.push_back({.node = id,
                          .message = fmt::format("{} {}: what its query makes of a rare case is known when that case "
                                                 "comes",
                                                 readable_name(project, id), too_few(count, options.min)),
                          .at = Anchor::properties()});
  });
  return {};
}

Result<void> check_seeds(const LintProject& project, const RuleScope& scope, const MinUnitTestsOptions& options,
                         Violations& violations) {
  const auto& tests = project.index<UnitTestsOfSeeds>();
  scope.for_each_enabled(ResourceType::kSeed, [&](NodeId id) {
    const std::size_t count = tests.count(id);
    if (count >= static_cast<std::size_t>(options.min)) return;
    violations.push_back({.node = id,
                          .message = fmt::format("the seed {} {}: a row that it lacks is found by the readers of the "
                                                 "models below",
                                                 readable_name(project, id), too_few(count, options.min)),
                          .at = Anchor::properties()});
  });
  return {};
}

OptionSpec min_option(const char* description) {
  OptionSpec spec = option<&MinUnitTestsOptions::min>("min", description);
  spec.minimum = 0;
  return spec;
}

const RegisterRule<MinUnitTestsOptions> model_rule{
    {.name = "model-unit-tests",
     .subject = "unit-tests",
     .summary = "a model has too few unit tests",
     .what =
         "Counts the unit tests of each model; each version of a versioned model has its own. Python models are not "
         "looked at, since dbt cannot unit test them.",
     .why = "A data test sees the rows that there are. Only a unit test shows what the query makes of a refund without "
            "an order, of a leap day, of an empty list.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```sql models/raw_orders.sql
select 1 as order_id
```
```sql models/orders.sql
select order_id from {{ ref('raw_orders') }}
```
```yaml models/unit_tests.yml
unit_tests:
  - name: orders_keep_their_id
    model: orders
    given:
      - input: ref('raw_orders')
        rows:
          - {order_id: 7}
    expect:
      rows:
        - {order_id: 7}
  - name: raw_orders_has_one
    model: raw_orders
    given: []
    expect:
      rows:
        - {order_id: 1}
```)",
     .basis = "dbt's unit tests (dbt 1.8 and later).",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {min_option("The fewest unit tests of a model.")},
    check_models};

const RegisterRule<MinUnitTestsOptions> seed_rule{
    {.name = "seed-unit-tests",
     .subject = "unit-tests",
     .summary = "a seed is an input of too few unit tests",
     .what = "Counts the unit tests that have a seed among their inputs (`given`).",
     .why = "A seed is a part of the logic that is written as rows. A unit test with the seed as input shows what its "
            "readers make of it.",
     .example = R"(```csv seeds/countries.csv
code,name
DE,Germany
```)",
     .use_instead = R"(```csv seeds/countries.csv
code,name
DE,Germany
```
```sql models/country_names.sql
select code, name from {{ ref('countries') }}
```
```yaml models/unit_tests.yml
unit_tests:
  - name: names_are_kept
    model: country_names
    given:
      - input: ref('countries')
        rows:
          - {code: FR, name: France}
    expect:
      rows:
        - {code: FR, name: France}
```)",
     .basis = "dbt's unit tests (dbt 1.8 and later): `given` names its inputs by `ref`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {min_option("The fewest unit tests with the seed as input.")},
    check_seeds};

}  // namespace
}  // namespace plowline
