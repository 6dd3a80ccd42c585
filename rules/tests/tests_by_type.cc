#include <array>
#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "lint/node_name.h"
#include "rules/tests/test_rule_scope.h"

namespace plowline {
namespace {

struct TestsByTypeOptions {
  NumberMap tests;
  bool include_ephemeral = false;
};

constexpr std::size_t kKinds = 3;
using CountsByKind = std::array<std::size_t, kKinds>;

constexpr std::size_t place_of(TestKind kind) {
  return static_cast<std::size_t>(kind);
}

Result<CountsByKind> wanted_counts(const NumberMap& tests) {
  CountsByKind wanted{};
  for (const auto& [word, least] : tests) {
    const auto kind = test_kind_from(word);
    if (!kind) {
      return usage_error(fmt::format("'{}' is no type of test", printable(word)),
                         "what may stand in `tests` of this rule: generic, singular, unit");
    }
    wanted[place_of(*kind)] = static_cast<std::size_t>(least);
  }
  return wanted;
}

template <ResourceType kType>
Result<void> check_tests_by_type(const LintProject& project, const RuleScope& scope, const TestsByTypeOptions& options,
                                 Violations& violations) {
  if (options.tests.empty()) return {};
  const auto wanted = wanted_counts(options.tests);
  if (!wanted) return std::unexpected(wanted.error());
  const auto& tests = project.index<ProjectTests>();
  for_each_tested(project, scope, kType, options.include_ephemeral, [&](NodeId id) {
    CountsByKind counts{};
    tests.for_each_reading(id, [&](const ProjectTest& test) { ++counts[place_of(test.kind)]; });
    std::vector<std::string> lacking;
    for (const TestKind kind : {TestKind::kGeneric, TestKind::kSingular, TestKind::kUnit}) {
      const std::size_t count = counts[place_of(kind)];
      const std::size_t least = (*wanted)[place_of(kind)];
      if (count < least) lacking.push_back(fmt::format("{} of {} {}", count, least, to_string(kind)));
    }
    if (lacking.empty()) return;
    violations.push_back({.node = id,
                          .message = fmt::format("{} has {} tests: what the others would find goes unnoticed",
                                                 readable_name(project, id), name_list(lacking, kEveryName)),
                          .at = Anchor::properties()});
  });
  return {};
}

OptionSpec tests_option(const char* description) {
  OptionSpec spec = option<&TestsByTypeOptions::tests>("tests", description);
  spec.minimum = 0;
  return spec;
}

const RegisterRule<TestsByTypeOptions> model_rule{
    {.name = "model-tests-by-type",
     .subject = "tests",
     .summary = "a model has too few tests of a type",
     .what = "Counts the generic, singular and unit tests that read a model, and finds those with fewer of a type than "
             "`tests` asks for. Ephemeral models are looked at on request. Does nothing until `tests` is set.",
     .why = "Generic tests say what each column must be, singular tests what must hold between tables, unit tests what "
            "the logic makes of known rows: none of them stands in for another.",
     .example = R"(```yaml plowline.yml
rules:
  model-tests-by-type:
    tests: {generic: 1, singular: 1}
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
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  model-tests-by-type:
    tests: {generic: 1, singular: 1}
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
```
```sql tests/no_negative_orders.sql
select * from {{ ref('orders') }} where amount < 0
```)",
     .basis = "dbt's generic, singular and unit tests, as `test_type:` selects them. dbt-checkpoint's "
              "`check-model-has-tests-by-type` tells them by a tag that dbt no longer writes.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {tests_option("How many tests of each type: `{generic: 2, singular: 0, unit: 1}`. dbt's older words `schema` and "
                  "`data` may stand for generic and singular."),
     option<&TestsByTypeOptions::include_ephemeral>("include_ephemeral", kEphemeralOption)},
    check_tests_by_type<ResourceType::kModel>};

const RegisterRule<TestsByTypeOptions> source_rule{
    {.name = "source-tests-by-type",
     .subject = "tests",
     .summary = "a source has too few tests of a type",
     .what = "Counts the generic and singular tests that read a source's table, and finds the tables with fewer of a "
             "type than `tests` asks for. Does nothing until `tests` is set.",
     .why = "Generic tests say what each column must be, singular tests what must hold in the table as a whole.",
     .example = R"(```yaml plowline.yml
rules:
  source-tests-by-type:
    tests: {generic: 1}
```
```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  source-tests-by-type:
    tests: {generic: 1}
```
```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        columns:
          - name: id
            data_tests: [unique]
```)",
     .basis = "dbt's generic and singular tests, as `test_type:` selects them.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {tests_option("How many tests of each type: `{generic: 2, singular: 1}`. dbt's older words `schema` and `data` may "
                  "stand for generic and singular.")},
    check_tests_by_type<ResourceType::kSource>};

}  // namespace
}  // namespace plowline
