#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "lint/node_name.h"
#include "rules/governance/constraints.h"
#include "rules/governance/contracts.h"
#include "rules/tests/test_rule_scope.h"
#include "snowplow/checks.h"
#include "source/property_file.h"

namespace plowline {
namespace {

struct PrimaryKeyOptions {
  ListMap sets = {{"column", {"unique", "not_null"}}, {"columns", {"dbt_utils.unique_combination_of_columns"}}};
  std::vector<std::string> resource_types = {"model"};
};

using Tests = std::vector<const ProjectTest*>;
// The tests of each column; those without one under the empty name.
using TestsByColumn = std::map<std::string, Tests>;

// Whether that is the unique_id of the package's macro behind the test: `macro.dbt.test_unique`.
bool is_macro_of_test(std::string_view unique_id, std::string_view package, std::string_view test) {
  for (const std::string_view part : {std::string_view("macro."), package, std::string_view(".test_")}) {
    if (!unique_id.starts_with(part)) return false;
    unique_id.remove_prefix(part.size());
  }
  return unique_id == test;
}

// A test counts by its name, or by the macro that runs: a project may call dbt's `unique` by a name of its own.
bool is_test(const LintProject& project, const ProjectTest& test, std::string_view wanted) {
  if (test.kind != TestKind::kGeneric) return false;
  if (is_named(test, wanted)) return true;
  const std::size_t dot = wanted.find('.');
  const bool qualified = dot != std::string_view::npos;
  return std::ranges::any_of(project.node(test.id).depends_on.macros, [&](std::string_view macro) {
    return is_macro_of_test(macro, qualified ? wanted.substr(0, dot) : "dbt",
                            qualified ? wanted.substr(dot + 1) : wanted);
  });
}

bool has(const LintProject& project, const Tests& tests, std::string_view wanted) {
  return std::ranges::any_of(tests, [&](const ProjectTest* test) { return is_test(project, *test, wanted); });
}

Tests data_tests_of(const LintProject& project, NodeId id) {
  Tests tests;
  project.index<ProjectTests>().for_each_of(id, [&](const ProjectTest& test) {
    if (test.kind != TestKind::kUnit) tests.push_back(&test);
  });
  return tests;
}

// The declared column that a test means, though it spells it otherwise: `unique` on `ID` and `not_null` on `id` are
// tests of one column. Where two declared ones differ in letter case only, the one that is spelt so.
std::string meant_column(const LintProject& project, NodeId id, std::string_view written) {
  if (written.empty()) return {};
  const auto declared = project.columns(id);
  if (std::ranges::find(declared, written, &Column::name) != declared.end()) return std::string(written);
  if (const Column* column = project.column(id, written)) return std::string(column->name);
  std::string lower(written);
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  return lower;
}

template <typename NameOf>
TestsByColumn by_column(const Tests& tests, NameOf name_of) {
  TestsByColumn columns;
  for (const ProjectTest* test : tests) columns[name_of(test->column)].push_back(test);
  return columns;
}

bool has_set(const LintProject& project, const TestsByColumn& columns, const ListMap& sets) {
  return std::ranges::any_of(columns, [&](const auto& column) {
    return std::ranges::any_of(sets, [&](const ListMap::value_type& set) {
      return !set.second.empty() && std::ranges::all_of(set.second, [&](const std::string& wanted) {
        return has(project, column.second, wanted);
      });
    });
  });
}

// A primary key is never empty, whether the warehouse holds to the key or not.
bool keeps_null_out(const ModelConstraint& constraint, std::string_view column) {
  return (constraint.type == "not_null" || constraint.type == "primary_key") &&
         std::ranges::any_of(constraint.columns, [&](const std::string& name) { return same_letters(name, column); });
}

bool has_unique_column_without_null(const LintProject& project, NodeId id, const TestsByColumn& columns) {
  std::vector<std::string> unique;
  for (const auto& [column, tests] : columns) {
    if (!column.empty() && has(project, tests, "unique")) unique.push_back(column);
  }
  if (unique.empty()) return false;
  const auto some_keep_null_out = [&](const std::vector<ModelConstraint>& constraints) {
    return std::ranges::any_of(constraints, [&](const ModelConstraint& constraint) {
      return std::ranges::any_of(unique, [&](const std::string& column) { return keeps_null_out(constraint, column); });
    });
  };
  return some_keep_null_out(column_constraints(project, id)) || some_keep_null_out(model_constraints(project, id));
}

// A primary key that the warehouse itself holds to; most only write it down.
bool has_enforced_key(const LintProject& project, NodeId id) {
  const std::string_view adapter = project.project().metadata().adapter_type;
  if (adapter != "postgres" && adapter != "duckdb") return false;
  if (!contract_enforced(project, id) || project.config(id).materialized == "view") return false;
  const auto has_key = [](const std::vector<ModelConstraint>& constraints) {
    return std::ranges::find(constraints, "primary_key", &ModelConstraint::type) != constraints.end();
  };
  return has_key(column_constraints(project, id)) || has_key(model_constraints(project, id));
}

// Cheap things first: most keys have both tests, on a column that both spell alike.
bool has_proved_key(const LintProject& project, NodeId id, const Tests& tests, const PrimaryKeyOptions& options) {
  const auto as_written = by_column(tests, [](std::string_view column) { return std::string(column); });
  if (has_set(project, as_written, options.sets)) return true;
  const auto as_meant = by_column(tests, [&](std::string_view column) { return meant_column(project, id, column); });
  return has_set(project, as_meant, options.sets) || has_unique_column_without_null(project, id, as_meant) ||
         has_enforced_key(project, id);
}

void check_node(const LintProject& project, NodeId id, const PrimaryKeyOptions& options, Violations& violations) {
  const Tests tests = data_tests_of(project, id);
  if (has_proved_key(project, id, tests, options)) return;
  const std::string has_tests = tests.empty() ? "has no test"
                                              : fmt::format("has {} {}, and none of the sets that prove a primary key",
                                                            tests.size(), plural(tests.size(), "test", "tests"));
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
             "`not_null`, or dbt_utils' `unique_combination_of_columns` on the model. A constraint `not_null` or "
             "`primary_key`, at the column or at the model, stands in for the test `not_null`; a primary key that "
             "the warehouse enforces (Postgres and DuckDB, under an enforced contract) is proved by itself.",
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
