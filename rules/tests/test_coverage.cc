#include <fmt/format.h>
#include <map>

#include "rules/change/model_coverage.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct TestCoverageOptions {
  double target_pct = 100.0;
  bool per_layer = false;
};

struct TestedModels {
  CoveredShare share;
  std::vector<NodeId> untested;
};

void report(const LintProject& project, const TestedModels& models, std::string_view layer, double target,
            Violations& violations) {
  if (models.share.reaches(target)) return;
  const std::string what = layer.empty() ? "of the models have a test"
                                         : fmt::format("of the models of the layer {} have a test", printable(layer));
  violations.push_back(
      {.message =
           fmt::format("{}. What goes wrong in {} reaches {} readers unnoticed", share_text(models.share, what, target),
                       name_list(project.project(), models.untested), models.untested.size() == 1 ? "its" : "their"),
       .at = Anchor::project_file("name"),
       .key = layer.empty() ? "project" : fmt::format("layer {}", layer)});
}

Result<void> check(const LintProject& project, const RuleScope& scope, const TestCoverageOptions& options,
                   Violations& violations) {
  if (!scope.is_whole_project()) return {};
  TestedModels all;
  std::map<std::string_view, TestedModels> by_layer;
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const bool tested = is_tested(project, id);
    const auto count = [&](TestedModels& models) {
      models.share.count(tested);
      if (!tested) models.untested.push_back(id);
    };
    count(all);
    if (options.per_layer) count(by_layer[project.layer(id)]);
  });
  report(project, all, {}, options.target_pct, violations);
  for (const auto& [layer, models] : by_layer) report(project, models, layer, options.target_pct, violations);
  return {};
}

const RegisterRule<TestCoverageOptions> rule{
    {.name = "test-coverage",
     .subject = "tests",
     .summary = "too few of the models have a test",
     .what = "Counts which of the models that are looked at have a data test, and compares their share with "
             "`target_pct`; with `per_layer` that of each layer, too. A generic test counts for the model that it is "
             "attached to, a singular test for the last model that it names, unit tests do not count. One finding for "
             "the project, and one for each layer that misses its target.",
     .why = "The share tells whether tests keep up with the project. A target that rises step by step is met sooner "
            "than a rule for every model at once.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```
```sql models/refunds.sql
select 1 as refund_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [unique]
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```sql models/refunds.sql
select 1 as refund_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [unique]
  - name: refunds
    columns:
      - name: refund_id
        data_tests: [unique]
```)",
     .basis = "dbt-project-evaluator's `fct_test_coverage` and `test_coverage_target`. (Its table counts models of one "
              "name in several packages more than once.)",
     .severity = Severity::kWarn,
     .presets = kStrict},
    {option<&TestCoverageOptions::target_pct>("target_pct", "The share that is asked for, in per cent."),
     option<&TestCoverageOptions::per_layer>("per_layer", "Whether each layer has to reach it, too.")},
    check};

}  // namespace
}  // namespace plowline
