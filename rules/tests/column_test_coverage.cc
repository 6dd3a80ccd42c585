#include <fmt/format.h>

#include "rules/change/model_coverage.h"
#include "rules/tests/tested_columns.h"

namespace plowline {
namespace {

struct ColumnTestCoverageOptions {
  double target_pct = 100.0;
  std::string compare_to = "target";
  std::string source = "declared";
};

constexpr std::string_view kWhat = "of the models' columns have a test";

CoveredShare earlier_share(const LintProject& now, const RuleScope& scope, std::string_view source) {
  CoveredShare share;
  for_each_earlier_model(now, scope, [&](NodeId id) { share += tested_columns(*now.state(), id, source); });
  return share;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ColumnTestCoverageOptions& options,
                   Violations& violations) {
  if (!scope.is_whole_project()) return {};
  const bool with_state = options.compare_to == "state";
  if (with_state && project.state() == nullptr) return {};
  CoveredShare share;
  scope.for_each_enabled(ResourceType::kModel,
                         [&](NodeId id) { share += tested_columns(project, id, options.source); });
  if (!with_state) {
    if (share.reaches(options.target_pct)) return {};
    violations.push_back({.message = fmt::format("{}. What goes wrong in the others goes unnoticed",
                                                 share_text(share, kWhat, options.target_pct)),
                          .at = Anchor::project_file("name"),
                          .key = "target"});
    return {};
  }
  const CoveredShare before = earlier_share(project, scope, options.source);
  if (share.all == 0 || before.all == 0 || share.reaches(before.percent())) return {};
  violations.push_back(
      {.message = fmt::format("{} % {} ({} of {}), {} % in the state ({} of {}): this change lowers the "
                              "project's coverage",
                              percent_text(share.percent()), kWhat, share.covered, share.all,
                              percent_text(before.percent()), before.covered, before.all),
       .at = Anchor::project_file("name"),
       .key = "state"});
  return {};
}

const RegisterRule<ColumnTestCoverageOptions> rule{
    {.name = "column-test-coverage",
     .subject = "tests",
     .summary = "too few of the models' columns have a test",
     .what =
         "Counts which columns of the models that are looked at have a test of their own. Their share is compared "
         "with `target_pct`; with `compare_to: state` it is compared with that of the earlier manifest (`--state`), "
         "and nothing is said without one.",
     .why = "A model counts as tested with one test on its key. What stands in the other columns is then anybody's "
            "guess.",
     .example = R"(```yaml plowline.yml
rules:
  column-test-coverage:
    target_pct: 60
```
```sql models/orders.sql
select 1 as order_id, 5 as amount
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [unique]
      - name: amount
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  column-test-coverage:
    target_pct: 60
```
```sql models/orders.sql
select 1 as order_id, 5 as amount
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [unique]
      - name: amount
        data_tests: [not_null]
```)",
     .basis = "The manifest: generic tests on columns. dbt-coverage counts the same.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ColumnTestCoverageOptions::target_pct>("target_pct", "The share that is asked for, in per cent."),
     option<&ColumnTestCoverageOptions::compare_to>("compare_to", "What the share is held against.",
                                                    {"target", "state"}),
     option<&ColumnTestCoverageOptions::source>("source", kColumnSourceOption, {"declared", "catalog"})},
    check};

}  // namespace
}  // namespace plowline
