#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "lint/node_name.h"
#include "rules/tests/test_rule_scope.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct PrimaryKeyOptions {
  ListMap sets = {{"column", {"unique", "not_null"}}, {"columns", {"dbt_utils.unique_combination_of_columns"}}};
  std::vector<std::string> resource_types = {"model"};
};

// The tests of one column, or those without one.
using TestsOfColumn = std::vector<const ProjectTest*>;

// By its name as the tests give it: `unique` on `id` and `not_null` on `ID` are tests of two columns on warehouses that
// tell them apart, and elsewhere nobody writes them so.
using TestsByColumn = std::map<std::string_view, TestsOfColumn>;

// A test counts by its name, or by the macro that runs: a project may call dbt's `unique` by a name of its own.
bool is_test(const LintProject& project, const ProjectTest& test, std::string_view wanted) {
  if (test.kind != TestKind::kGeneric) return false;
  if (is_named(test, wanted)) return true;
  const std::size_t dot = wanted.find('.');
  const bool qualified = dot != std::string_view::npos;
  const std::string macro = fmt::format("macro.{}.test_{}", qualified ? wanted.substr(0, dot) : "dbt",
                                        qualified ? wanted.substr(dot + 1) : wanted);
  return LintProject::calls(project.node(test.id), macro);
}

bool has(const LintProject& project, const TestsOfColumn& tests, std::string_view wanted) {
  return std::ranges::any_of(tests, [&](const ProjectTest* test) { return is_test(project, *test, wanted); });
}

bool has_not_null_constraint(const LintProject& project, NodeId id, std::string_view column) {
  const Column* declared = column.empty() ? nullptr : project.column(id, column);
  if (declared == nullptr) return false;
  const auto constraints = check(declared->constraints);
  if (!constraints) return false;
  return std::ranges::any_of(constraints->items(), [](const JsonText& constraint) {
    const auto type = constraint.get("type");
    return type && type->string() == "not_null";
  });
}

bool is_key(const LintProject& project, NodeId id, std::string_view column, const TestsOfColumn& tests,
            const PrimaryKeyOptions& options) {
  const auto has_all = [&](const ListMap::value_type& set) {
    return !set.second.empty() &&
           std::ranges::all_of(set.second, [&](const std::string& wanted) { return has(project, tests, wanted); });
  };
  if (std::ranges::any_of(options.sets, has_all)) return true;
  return has(project, tests, "unique") && has_not_null_constraint(project, id, column);
}

void check_node(const LintProject& project, NodeId id, const PrimaryKeyOptions& options, Violations& violations) {
  TestsByColumn by_column;
  std::size_t count = 0;
  project.index<ProjectTests>().for_each_of(id, [&](const ProjectTest& test) {
    if (test.kind == TestKind::kUnit) return;
    by_column[test.column].push_back(&test);
    ++count;
  });
  const bool tested = std::ranges::any_of(
      by_column, [&](const auto& each) { return is_key(project, id, each.first, each.second, options); });
  if (tested) return;
  const std::string has_tests = count == 0 ? "has no test"
                                           : fmt::format("has {} {}, and none of the sets that prove a primary key",
                                                         count, plural(count, "test", "tests"));
  violations.push_back({.node = id,
                        .message = fmt::format("{} {}: nothing fails when its key is empty or comes twice, and every "
                                               "join with it multiplies or loses rows",
                                               readable_name(project, id), has_tests),
                        .at = Anchor::properties()});
}

Result<void> check_keys(const LintProject& project, const RuleScope& scope, const PrimaryKeyOptions& options,
                        Violations& violations) {
  for (const std::string& type : options.resource_types) {
    for_each_tested(project, scope, resource_type_from(type), true,
                    [&](NodeId id) { check_node(project, id, options, violations); });
  }
  return {};
}

const RegisterRule<PrimaryKeyOptions> rule{
    {.name = "primary-key-tested",
     .subject = "tests",
     .summary = "no primary key is tested",
     .what = "Finds models none of whose columns has all tests of one of the `sets`: by default `unique` and "
             "`not_null`, or dbt_utils' `unique_combination_of_columns` on the model. A `not_null` constraint stands "
             "in for the test of that name.",
     .why = "A model is about something: an order, a session, a day. Nothing else says so as clearly as a tested key, "
            "and nothing else notices when a join upstream doubles it.",
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
        data_tests: [unique, not_null]
```)",
     .basis = "dbt-project-evaluator's `fct_missing_primary_key_tests` with `primary_key_test_macros`, its constraints "
              "included. Two tests of one name are not taken for a set here.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    {option<&PrimaryKeyOptions::sets>("sets",
                                      "Sets of tests by a name of your own; all tests of one of them on one column, or "
                                      "without a column, prove a key."),
     option<&PrimaryKeyOptions::resource_types>("resource_types", "What is looked at.",
                                                {"model", "seed", "snapshot", "source"})},
    check_keys};

}  // namespace
}  // namespace plowline
