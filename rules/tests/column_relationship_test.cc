#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

#include "lint/node_name.h"
#include "rules/tests/test_rule_scope.h"
#include "rules/tests/tested_columns.h"

namespace plowline {
namespace {

struct RelationshipTestOptions {
  Pattern pattern;
  Pattern target_model;
  Pattern target_column;
};

struct RelationshipArguments {
  std::string_view name;  // of the test
  std::string_view model;
  std::string_view column;
};

constexpr std::array<RelationshipArguments, 3> kRelationshipTests = {{
    {"dbt.relationships", "to", "field"},
    {"dbt_utils.relationships_where", "to", "field"},
    {"dbt_constraints.foreign_key", "pk_table_name", "pk_column_name"},
}};

// What a relationships test compares a column with. Empty: it cannot be told, Jinja works it out.
struct RelationshipTarget {
  std::string model;
  std::string column;
};

// The name in `ref('orders')`, `ref('shop', 'orders', v=2)`, `source('raw', 'orders')`: the last text that is no named
// argument's.
std::string name_in(std::string_view call) {
  if (call.find("ref(") == std::string_view::npos && call.find("source(") == std::string_view::npos) return {};
  std::string_view name;
  std::size_t at = 0;
  while ((at = call.find_first_of("'\"", at)) != std::string_view::npos) {
    const std::size_t end = call.find(call[at], at + 1);
    if (end == std::string_view::npos) break;
    const std::size_t before = call.find_last_not_of(' ', at == 0 ? 0 : at - 1);
    if (before == std::string_view::npos || call[before] != '=') name = call.substr(at + 1, end - at - 1);
    at = end + 1;
  }
  return std::string(name);
}

std::optional<RelationshipTarget> target_of(const ProjectTest& test) {
  for (const RelationshipArguments& known : kRelationshipTests) {
    if (!is_named(test, known.name)) continue;
    return RelationshipTarget{name_in(unescaped_text(member_of(test.kwargs, known.model))),
                              unescaped_text(member_of(test.kwargs, known.column))};
  }
  return std::nullopt;
}

// Whether a text that may be unknown has the pattern in it; what is unknown is taken for right.
bool fits(const Pattern& pattern, const std::string& text) {
  return pattern.empty() || text.empty() || pattern.found_in(text);
}

// What is wrong with the column; empty: nothing.
std::string wrong(const LintProject& project, NodeId id, std::string_view column,
                  const RelationshipTestOptions& options) {
  std::optional<RelationshipTarget> other;
  for (const ProjectTest* test : tests_on_column(project, id, column)) {
    const auto target = target_of(*test);
    if (!target) continue;
    if (fits(options.target_model, target->model) && fits(options.target_column, target->column)) return {};
    other = target;
  }
  if (!other) {
    return fmt::format(
        "nothing tests that the values of {} exist in the model that {} refers to: joins lose the rows "
        "of those that do not; add a `relationships` test below the column",
        printable(column), readable_name(project, id));
  }
  return fmt::format(
      "the relationships test of {} compares it with the column {} of {}, which is not what its name asks "
      "for: values that do not exist there go unnoticed",
      printable(column), printable(other->column), printable(other->model));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const RelationshipTestOptions& options,
                   Violations& violations) {
  if (options.pattern.empty()) return {};
  for_each_tested(project, scope, ResourceType::kModel, true, [&](NodeId id) {
    for (const Column& column : project.columns(id)) {
      if (!options.pattern.found_in(column.name)) continue;
      std::string message = wrong(project, id, column.name, options);
      if (message.empty()) continue;
      violations.push_back({.node = id,
                            .message = std::move(message),
                            .at = Anchor::column(std::string(column.name)),
                            .column = std::string(column.name)});
    }
  });
  return {};
}

const RegisterRule<RelationshipTestOptions> rule{
    {.name = "column-relationship-test",
     .subject = "tests",
     .summary = "a foreign key has no relationships test",
     .what = "Finds declared columns of models in whose name `pattern` is found and that have no `relationships` test "
             "(dbt's, dbt_utils' `relationships_where` or dbt_constraints' `foreign_key`), or one with another target "
             "than `target_model` and `target_column` say. A target that Jinja works out is taken for right. Does "
             "nothing until `pattern` is set.",
     .why = "A key that exists on one side only drops rows from every inner join, and no query fails.",
     .example = R"(```yaml plowline.yml
rules:
  column-relationship-test:
    pattern: _id$
    target_model: ^customers$
```
```sql models/customers.sql
select 1 as id
```
```sql models/orders.sql
select 1 as customer_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: customer_id
        data_tests: [not_null]
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  column-relationship-test:
    pattern: _id$
    target_model: ^customers$
```
```sql models/customers.sql
select 1 as id
```
```sql models/orders.sql
select 1 as customer_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: customer_id
        data_tests:
          - relationships:
              arguments: {to: ref('customers'), field: id}
```)",
     .basis = "dbt's `relationships` test and its arguments `to` and `field`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&RelationshipTestOptions::pattern>("pattern",
                                               "A regular expression that is found in a foreign key's name: `_id$`."),
     option<&RelationshipTestOptions::target_model>(
         "target_model", "A regular expression that is found in the name of the model (source, seed) compared with."),
     option<&RelationshipTestOptions::target_column>(
         "target_column", "A regular expression that is found in the name of the column compared with.")},
    check};

}  // namespace
}  // namespace plowline
