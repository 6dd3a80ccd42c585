#include <algorithm>
#include <fmt/format.h>

#include "lint/node_name.h"
#include "rules/tests/test_rule_scope.h"
#include "rules/tests/tested_columns.h"

namespace plowline {
namespace {

struct ColumnRequiredTestOptions {
  Pattern pattern;
  std::string test;
  std::string source = "declared";
};

Result<void> check(const LintProject& project, const RuleScope& scope, const ColumnRequiredTestOptions& options,
                   Violations& violations) {
  if (options.pattern.empty() || options.test.empty()) return {};
  for_each_tested(project, scope, ResourceType::kModel, true, [&](NodeId id) {
    for (const std::string_view column : columns_from(project, id, options.source)) {
      if (!options.pattern.found_in(column)) continue;
      const auto tests = tests_on_column(project, id, column);
      if (std::ranges::any_of(tests, [&](const ProjectTest* test) { return is_named(*test, options.test); })) continue;
      violations.push_back(
          {.node = id,
           .message = fmt::format("the column {} of {} has no {} test, which its name asks for: what the test would "
                                  "find goes unnoticed; add {} below the column",
                                  printable(column), readable_name(project, id), printable(options.test),
                                  printable(options.test)),
           .at = Anchor::column(std::string(column)),
           .column = std::string(column)});
    }
  });
  return {};
}

const RegisterRule<ColumnRequiredTestOptions> rule{
    {.name = "column-required-test",
     .subject = "tests",
     .summary = "a column lacks the test that its name asks for",
     .what = "Finds columns of models in whose name `pattern` is found and that have no test `test` attached to them. "
             "Letter case counts in the pattern, not between a column and its test. Does nothing until both are set.",
     .why = "A name makes a promise: `is_paid` is never empty, `order_id` exists. Readers rely on it, whether it is "
            "tested or not.",
     .example = R"(```yaml plowline.yml
rules:
  column-required-test:
    pattern: ^is_
    test: not_null
```
```sql models/orders.sql
select true as is_paid
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: is_paid
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  column-required-test:
    pattern: ^is_
    test: not_null
```
```sql models/orders.sql
select true as is_paid
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: is_paid
        data_tests: [not_null]
```)",
     .basis = "dbt: generic tests on columns.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ColumnRequiredTestOptions::pattern>(
         "pattern", "A regular expression that is found in a column's name: `^is_`, `_id$`, `^status$`."),
     option<&ColumnRequiredTestOptions::test>(
         "test", "The test's name; of a package, `dbt_utils.accepted_range`, that package's."),
     option<&ColumnRequiredTestOptions::source>("source", kColumnSourceOption, {"declared", "catalog"})},
    check};

}  // namespace
}  // namespace plowline
