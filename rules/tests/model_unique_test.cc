#include <algorithm>
#include <fmt/format.h>

#include "lint/node_name.h"
#include "rules/tests/test_rule_scope.h"

namespace plowline {
namespace {

struct UniqueTestOptions {
  std::vector<std::string> accepted = {"unique",
                                       "dbt_utils.unique_combination_of_columns",
                                       "dbt_expectations.expect_column_values_to_be_unique",
                                       "dbt_expectations.expect_compound_columns_to_be_unique",
                                       "dbt_constraints.primary_key",
                                       "dbt_constraints.unique_key"};
};

Result<void> check(const LintProject& project, const RuleScope& scope, const UniqueTestOptions& options,
                   Violations& violations) {
  const auto& tests = project.index<ProjectTests>();
  for_each_tested(project, scope, ResourceType::kModel, true, [&](NodeId id) {
    bool unique = false;
    tests.for_each_of(id, [&](const ProjectTest& test) {
      const auto is_it = [&](const std::string& wanted) { return is_named(test, wanted); };
      unique |= test.kind == TestKind::kGeneric && std::ranges::any_of(options.accepted, is_it);
    });
    if (unique) return;
    violations.push_back({.node = id,
                          .message = fmt::format(
                              "nothing tests that the rows of {} are unique: a duplicate multiplies "
                              "the rows of every join with it; test its key, or the columns that make it up, as unique",
                              readable_name(project, id)),
                          .at = Anchor::properties()});
  });
  return {};
}

const RegisterRule<UniqueTestOptions> rule{
    {.name = "model-unique-test",
     .subject = "tests",
     .summary = "a model has no test of uniqueness",
     .what = "Finds models to which none of the tests in `accepted` is attached, on whatever columns. "
             "`primary-key-tested` asks for more.",
     .why = "Joins rely on one row per key. A second one doubles what is summed up below, and no query fails.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [not_null]
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [unique]
```)",
     .basis =
         "dbt's `unique`, and the tests of dbt_utils, dbt_expectations and dbt_constraints that fail for duplicates.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&UniqueTestOptions::accepted>(
        "accepted", "The tests that are accepted; those of a package with its name, `dbt_utils.name_of_the_test`.")},
    check};

}  // namespace
}  // namespace plowline
