#include <fmt/format.h>

#include "lint/covered_share.h"
#include "lint/rule.h"
#include "rules/unit-tests/unit_tests.h"

namespace plowline {
namespace {

struct UnitTestCoverageOptions {
  double target_pct = 100.0;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const UnitTestCoverageOptions& options,
                   Violations& violations) {
  if (!scope.is_whole_project()) return {};
  CoveredShare share;
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    if (can_be_unit_tested(project, id)) share.count(number_of_unit_tests(project, id) > 0);
  });
  if (share.reaches(options.target_pct)) return {};
  violations.push_back({.message = fmt::format("{}. A change of the others' logic breaks nothing that would show it",
                                               share_text(share, "of the models have a unit test", options.target_pct)),
                        .at = Anchor::project_file("name"),
                        .key = "project"});
  return {};
}

const RegisterRule<UnitTestCoverageOptions> rule{
    {.name = "unit-test-coverage",
     .subject = "unit-tests",
     .summary = "too few of the models have a unit test",
     .what = "Counts which of the models that are looked at have a unit test, Python models apart, and compares their "
             "share with `target_pct`. One finding for the project.",
     .why = "Logic that is not tested on its own can be changed by anybody and defended by nobody.",
     .example = R"(```yaml plowline.yml
rules:
  unit-test-coverage:
    target_pct: 50
```
```sql models/orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  unit-test-coverage:
    target_pct: 50
```
```sql models/raw_orders.sql
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
```)",
     .basis = "dbt's unit tests (dbt 1.8 and later); dbt-bouncer's `check_unit_test_coverage`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&UnitTestCoverageOptions::target_pct>("target_pct", "The share that is asked for, in per cent.")},
    check};

}  // namespace
}  // namespace plowline
