#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "lint/node_name.h"
#include "rules/tests/test_rule_scope.h"
#include "source/jinja_syntax.h"
#include "source/sql_name.h"

namespace plowline {
namespace {

struct ColumnList {
  std::string_view name;      // of the test
  std::string_view argument;  // the columns that are unique together
};

constexpr std::array<ColumnList, 2> kColumnLists = {{
    {"dbt_utils.unique_combination_of_columns", "combination_of_columns"},
    {"dbt_expectations.expect_compound_columns_to_be_unique", "column_list"},
}};

// (`lower(email)`, `country || '-' || id`: tests take expressions, too, and no column is called so.)
bool is_plain_name(std::string_view text) {
  return !text.empty() && !(text.front() >= '0' && text.front() <= '9') && std::ranges::all_of(text, is_name_byte);
}

// What a test of a whole table says is unique, where it is one thing.
std::string only_argument(const LintProject& project, const ProjectTest& test) {
  if (is_named(test, "dbt.unique")) {
    // The column is an argument, and the test stands beside the columns.
    return project.node(test.id).column_name.empty() ? std::string(test.column) : std::string();
  }
  if (!test.column.empty()) return {};
  for (const ColumnList& known : kColumnLists) {
    if (!is_named(test, known.name)) continue;
    const std::vector<std::string> columns = texts_of(member_of(test.kwargs, known.argument));
    return columns.size() == 1 ? columns.front() : std::string();
  }
  return {};
}

// The one column that it says is unique; empty where there are several, or none.
std::string only_column(const LintProject& project, const ProjectTest& test) {
  const std::string argument = only_argument(project, test);
  const std::string_view column = unquoted(argument);
  return is_plain_name(column) ? std::string(column) : std::string();
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const auto& tests = project.index<ProjectTests>();
  scope.for_each(ResourceType::kTest, [&](NodeId id) {
    const ProjectTest* test = tests.find(id);
    if (test == nullptr || test->kind != TestKind::kGeneric || !test->of) return;
    const std::string column = only_column(project, *test);
    if (column.empty()) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} tests one column, {}, from the level of {}: who reads the column's entry does not "
                                "see that it is unique; write `unique` below the column instead",
                                printable(test->name), printable(column), readable_name(project, *test->of)),
         .column = column});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "single-column-uniqueness-on-column",
     .subject = "tests",
     .summary = "a test that one column is unique stands beside the columns",
     .what =
         "Finds `dbt_utils.unique_combination_of_columns` and `dbt_expectations.expect_compound_columns_to_be_unique` "
         "with a single column, and `unique` with its column as an argument. Expressions (`lower(email)`) are left "
         "alone.",
     .why = "A test on the column stands where the column is described, is selected with it, and rules that ask for a "
            "tested key find it.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/orders.yml
models:
  - name: orders
    data_tests:
      - dbt_utils.unique_combination_of_columns:
          arguments: {combination_of_columns: [order_id]}
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
     .basis = "dbt: generic tests on columns; dbt-score's `single_column_uniqueness_at_column_level`.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    check};

}  // namespace
}  // namespace plowline
