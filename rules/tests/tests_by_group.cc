#include <algorithm>
#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "lint/node_name.h"
#include "rules/tests/test_rule_scope.h"

namespace plowline {
namespace {

struct TestsByGroupOptions {
  ListMap groups;
  std::int64_t min = 1;
  bool include_ephemeral = false;
};

// How many of the group's tests the node has, each counted once.
std::size_t number_of(const ProjectTests& tests, NodeId id, const std::vector<std::string>& group) {
  std::vector<bool> has(group.size(), false);
  tests.for_each_reading(id, [&](const ProjectTest& test) {
    if (test.kind == TestKind::kUnit) return;
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (is_named(test, group[i])) has[i] = true;
    }
  });
  return static_cast<std::size_t>(std::ranges::count(has, true));
}

std::vector<std::string> printable_names(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& name : names) out.push_back(printable(name));
  return out;
}

template <ResourceType kType>
Result<void> check_tests_by_group(const LintProject& project, const RuleScope& scope,
                                  const TestsByGroupOptions& options, Violations& violations) {
  if (options.groups.empty()) return {};
  const auto& tests = project.index<ProjectTests>();
  for_each_tested(project, scope, kType, options.include_ephemeral, [&](NodeId id) {
    for (const auto& [name, group] : options.groups) {
      const std::size_t count = number_of(tests, id, group);
      if (count >= static_cast<std::size_t>(options.min)) continue;
      const std::string has =
          count == 0 ? std::string("none") : fmt::format("{} of the {} asked for", count, options.min);
      violations.push_back({.node = id,
                            .message = fmt::format("{} has {} of the tests {} ({}): what they would find goes "
                                                   "unnoticed",
                                                   readable_name(project, id), has,
                                                   name_list(printable_names(group), kEveryName), printable(name)),
                            .at = Anchor::properties(),
                            .key = name});
    }
  });
  return {};
}

OptionSpec groups_option() {
  return option<&TestsByGroupOptions::groups>(
      "groups",
      "Groups of tests by a name of your own: `{uniqueness: [unique, dbt_utils.unique_combination_of_columns]}`.");
}

OptionSpec group_min_option() {
  OptionSpec spec = option<&TestsByGroupOptions::min>("min", "How many of a group's tests there have to be.");
  spec.minimum = 0;
  return spec;
}

const RegisterRule<TestsByGroupOptions> model_rule{
    {.name = "model-tests-by-group",
     .subject = "tests",
     .summary = "a model has none of a group of tests",
     .what = "Finds the models that have fewer than `min` of the tests of a group, where any of the group will do. A "
             "test counts for each model that it reads, and each name of the group once. Ephemeral models are looked "
             "at on request. Does nothing until `groups` is set.",
     .why = "What has to be tested is often one thing with several names: a key is unique by one column or by three.",
     .example = R"(```yaml plowline.yml
rules:
  model-tests-by-group:
    groups: {uniqueness: [unique, dbt_utils.unique_combination_of_columns]}
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
  model-tests-by-group:
    groups: {uniqueness: [unique, dbt_utils.unique_combination_of_columns]}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [unique]
```)",
     .basis = "dbt's data tests; the count is that of dbt-checkpoint's `check-model-has-tests-by-group`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {groups_option(), group_min_option(),
     option<&TestsByGroupOptions::include_ephemeral>("include_ephemeral", kEphemeralOption)},
    check_tests_by_group<ResourceType::kModel>};

const RegisterRule<TestsByGroupOptions> source_rule{
    {.name = "source-tests-by-group",
     .subject = "tests",
     .summary = "a source has none of a group of tests",
     .what = "Finds the tables of sources that have fewer than `min` of the tests of a group, where any of the group "
             "will do. Does nothing until `groups` is set.",
     .why = "What has to be tested is often one thing with several names: a key is unique by one column or by three.",
     .example = R"(```yaml plowline.yml
rules:
  source-tests-by-group:
    groups: {uniqueness: [unique, dbt_utils.unique_combination_of_columns]}
```
```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  source-tests-by-group:
    groups: {uniqueness: [unique, dbt_utils.unique_combination_of_columns]}
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
     .basis = "dbt's data tests; the count is that of dbt-checkpoint's `check-source-has-tests-by-group`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {groups_option(), group_min_option()},
    check_tests_by_group<ResourceType::kSource>};

}  // namespace
}  // namespace plowline
