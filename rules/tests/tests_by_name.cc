#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "lint/node_name.h"
#include "rules/tests/test_rule_scope.h"

namespace plowline {
namespace {

struct TestsByNameOptions {
  NumberMap tests;
  bool include_ephemeral = false;
};

std::size_t number_of(const ProjectTests& tests, NodeId id, std::string_view name) {
  std::size_t count = 0;
  tests.for_each_reading(id, [&](const ProjectTest& test) {
    if (test.kind != TestKind::kUnit && is_named(test, name)) ++count;
  });
  return count;
}

template <ResourceType kType>
Result<void> check_tests_by_name(const LintProject& project, const RuleScope& scope, const TestsByNameOptions& options,
                                 Violations& violations) {
  if (options.tests.empty()) return {};
  const auto& tests = project.index<ProjectTests>();
  for_each_tested(project, scope, kType, options.include_ephemeral, [&](NodeId id) {
    std::vector<std::string> lacking;
    for (const auto& [name, least] : options.tests) {
      const std::size_t count = number_of(tests, id, name);
      if (count >= static_cast<std::size_t>(least)) continue;
      lacking.push_back(least == 1 ? printable(name) : fmt::format("{} ({} of {})", printable(name), count, least));
    }
    if (lacking.empty()) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} lacks the {} {}: what they would find goes unnoticed", readable_name(project, id),
                                lacking.size() == 1 ? "test" : "tests", name_list(lacking, kEveryName)),
         .at = Anchor::properties()});
  });
  return {};
}

OptionSpec tests_option() {
  OptionSpec spec = option<&TestsByNameOptions::tests>(
      "tests",
      "The names of the tests that are asked for, and how many of each: `{unique: 1, not_null: 2}`. A name with a "
      "package, `dbt_utils.accepted_range`, means that package's test; of a singular test it is the name of its file.");
  spec.minimum = 0;
  return spec;
}

const RegisterRule<TestsByNameOptions> model_rule{
    {.name = "model-tests-by-name",
     .subject = "tests",
     .summary = "a model lacks tests of given names",
     .what =
         "Finds the models that have fewer tests of a name than `tests` asks for. A test counts for each model that "
         "it reads. Ephemeral models are looked at on request. Does nothing until `tests` is set.",
     .why =
         "Who reads a model relies on what is tested everywhere: keys that are unique, columns that are never empty. "
         "The one model without the test is where it goes wrong.",
     .example = R"(```yaml plowline.yml
rules:
  model-tests-by-name:
    tests: {unique: 1, not_null: 1}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [not_null]
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  model-tests-by-name:
    tests: {unique: 1, not_null: 1}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [unique, not_null]
```)",
     .basis = "dbt's data tests; the count is that of dbt-checkpoint's `check-model-has-tests-by-name`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {tests_option(), option<&TestsByNameOptions::include_ephemeral>("include_ephemeral", kEphemeralOption)},
    check_tests_by_name<ResourceType::kModel>};

const RegisterRule<TestsByNameOptions> source_rule{
    {.name = "source-tests-by-name",
     .subject = "tests",
     .summary = "a source lacks tests of given names",
     .what = "Finds the tables of sources that have fewer tests of a name than `tests` asks for. Does nothing until "
             "`tests` is set.",
     .why = "Keys that are not unique where data arrives multiply rows in every join below.",
     .example = R"(```yaml plowline.yml
rules:
  source-tests-by-name:
    tests: {unique: 1}
```
```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        columns:
          - name: id
            data_tests: [not_null]
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  source-tests-by-name:
    tests: {unique: 1}
```
```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        columns:
          - name: id
            data_tests: [unique, not_null]
```)",
     .basis = "dbt's data tests; the count is that of dbt-checkpoint's `check-source-has-tests-by-name`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {tests_option()},
    check_tests_by_name<ResourceType::kSource>};

}  // namespace
}  // namespace plowline
