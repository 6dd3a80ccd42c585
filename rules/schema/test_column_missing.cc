#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <map>

#include "lint/parallel.h"
#include "lint/rule.h"
#include "rules/schema/produced_columns.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct ColumnArgument {
  std::string_view package;
  std::string_view test;
  std::string_view argument;
};

// Arguments that are columns of the tested model.
constexpr std::array<ColumnArgument, 4> kArguments = {
    {{"dbt_utils", "unique_combination_of_columns", "combination_of_columns"},
     {"dbt_expectations", "expect_compound_columns_to_be_unique", "column_list"},
     {"dbt_constraints", "primary_key", "column_names"},
     {"dbt_constraints", "unique_key", "column_names"}}};

// Tests that select the column they stand on: dbt's own, and those of packages where every column test does.
bool selects_its_column(const AttachedTest& test) {
  if (test.package == "dbt_utils" || test.package == "dbt_expectations") return true;
  return test.package.empty() && (test.name == "unique" || test.name == "not_null" || test.name == "accepted_values" ||
                                  test.name == "relationships");
}

std::vector<std::string> columns_of(const AttachedTest& test) {
  std::vector<std::string> out;
  if (!test.column_name.empty() && selects_its_column(test)) out.emplace_back(test.column_name);
  for (const ColumnArgument& known : kArguments) {
    if (known.package != test.package || known.test != test.name) continue;
    for (std::string& column : texts_of(member_of(test.kwargs, known.argument))) out.push_back(std::move(column));
  }
  return out;
}

// By the column as it is written: the names of the tests.
using TestsByColumn = std::map<std::string, std::vector<std::string_view>>;

void report(const LintProject& project, NodeId model, const TestsByColumn& tests, Violations& violations) {
  ProducedColumns produced(project, model);
  for (const auto& [column, names] : tests) {
    if (produced.gives(column) != Given::kNo) continue;
    violations.push_back(
        {.node = model,
         .message = fmt::format("the {} {} {} the column {}, which the query of {} does not give: {} "
                                "with a database error",
                                plural(names.size(), "test", "tests"), name_list(names),
                                names.size() == 1 ? "names" : "name", printable(column),
                                printable(project.node(model).name), names.size() == 1 ? "it ends" : "they end"),
         .at = Anchor::column(column),
         .column = column});
  }
}

void check_model(const LintProject& project, NodeId id, Violations& violations) {
  TestsByColumn tests;
  for (const AttachedTest& test : project.tests_of(id)) {
    if (!project.project().enabled(test.test)) continue;
    for (const std::string& column : columns_of(test)) {
      auto& names = tests[column];
      if (std::ranges::find(names, test.name) == names.end()) names.push_back(test.name);
    }
  }
  report(project, id, tests, violations);
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  std::vector<NodeId> models;
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) { models.push_back(id); });
  // (It reads all tests and the code of all tested models: no rule takes as long.)
  auto found =
      collect_in_parallel<Violation>(models, [&](NodeId id, Violations& some) { check_model(project, id, some); });
  std::ranges::move(found, std::back_inserter(violations));
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-test-column-missing",
     .subject = "schema",
     .summary = "a test names a column that the model's query does not give",
     .what = "Finds generic tests (dbt's own, those of dbt_utils and dbt_expectations, and their lists of columns) on "
             "columns that the model does not have: its select list names every column and not this one. Where columns "
             "come from `*`, Jinja or expressions without a name nothing is said, unless the name stands nowhere.",
     .why = "`dbt parse` accepts the test, since a column under `columns:` need not exist. The test then ends with a "
            "database error, after the model was built.",
     .example = R"(```sql
-- models/orders.sql; models/orders.yml has not_null on `id`
select id as order_id, amount from {{ source('shop', 'orders') }}
```)",
     .use_instead = R"(```yaml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [not_null]
```)",
     .basis = "dbt: generic tests select the column by its name from the model's relation.",
     .severity = Severity::kError,
     .presets = kRecommended},
    check};

}  // namespace
}  // namespace plowline
