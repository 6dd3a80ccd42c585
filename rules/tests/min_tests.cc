#include <algorithm>
#include <fmt/format.h>

#include "lint/node_name.h"
#include "rules/governance/alternatives.h"
#include "rules/tests/test_rule_scope.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct MinTestsOptions {
  std::int64_t min = 1;
  std::vector<std::string> types = {"generic", "singular"};
  bool include_ephemeral = false;
};

// `test`, `generic test`, `unit or singular test`: what is counted.
std::string counted(const MinTestsOptions& options) {
  const bool data_tests = options.types == MinTestsOptions{}.types;
  return data_tests || options.types.size() == 3 ? "" : alternatives(options.types) + " ";
}

template <ResourceType kType>
Result<void> check_min_tests(const LintProject& project, const RuleScope& scope, const MinTestsOptions& options,
                             Violations& violations) {
  const auto& tests = project.index<ProjectTests>();
  const auto wanted = static_cast<std::size_t>(options.min);
  for_each_tested(project, scope, kType, options.include_ephemeral, [&](NodeId id) {
    std::size_t count = 0;
    tests.for_each_reading(id, [&](const ProjectTest& test) {
      if (std::ranges::find(options.types, to_string(test.kind)) != options.types.end()) ++count;
    });
    if (count >= wanted) return;
    const std::string number = count == 0 ? "no" : std::to_string(count);
    const std::string asked = wanted == 1 ? "" : fmt::format(" of the {} that are asked for", wanted);
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} has {} {}{}{}: {}", readable_name(project, id), number, counted(options),
                                count == 0 && wanted == 1 ? "test" : plural(count, "test", "tests"), asked, kUnnoticed),
         .at = Anchor::properties()});
  });
  return {};
}

OptionSpec min_option() {
  OptionSpec spec = option<&MinTestsOptions::min>("min", "The fewest tests.");
  spec.minimum = 0;
  return spec;
}

OptionSpec types_option() {
  return option<&MinTestsOptions::types>("types", "Which tests are counted.", {"generic", "singular", "unit"});
}

const RegisterRule<MinTestsOptions> model_rule{
    {.name = "model-min-tests",
     .subject = "tests",
     .summary = "a model has too few tests",
     .what = "Counts the tests that read a model: generic tests, also those that are attached to another model and "
             "compare with this one, and singular tests. Models with fewer than `min` are found; ephemeral models only "
             "on request. Unit tests count where `types` has `unit`.",
     .why = "A model without a test breaks in silence. The first one to notice is who reads a dashboard.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [unique, not_null]
```)",
     .basis = "dbt's data tests; the count is that of dbt-checkpoint's `check-model-has-tests`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {min_option(), types_option(), option<&MinTestsOptions::include_ephemeral>("include_ephemeral", kEphemeralOption)},
    check_min_tests<ResourceType::kModel>};

const RegisterRule<MinTestsOptions> source_rule{
    {.name = "source-min-tests",
     .subject = "tests",
     .summary = "a source has too few tests",
     .what = "Counts the generic and singular tests that read a source's table, and finds the tables with fewer than "
             "`min`.",
     .why = "What comes from outside changes without notice. A test on the source fails before the models that are "
            "built from it, and says whose data is wrong.",
     .example = R"(```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```)",
     .use_instead = R"(```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        columns:
          - name: id
            data_tests: [unique, not_null]
```)",
     .basis = "dbt's data tests; the count is that of dbt-checkpoint's `check-source-has-tests`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {min_option(), types_option()},
    check_min_tests<ResourceType::kSource>};

}  // namespace
}  // namespace plowline
