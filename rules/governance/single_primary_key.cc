#include <algorithm>
#include <fmt/format.h>

#include "artifact/text_search.h"
#include "lint/rule.h"
#include "rules/governance/constraints.h"
#include "rules/governance/contracts.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct SinglePrimaryKeyOptions {
  bool single_column_at_column = true;
};

constexpr std::string_view kType = "primary_key";

// Columns that have a primary key of their own, each once.
std::vector<std::string> key_columns(const LintProject& project, NodeId id) {
  std::vector<std::string> columns;
  if (!has_text(project.node(id).columns.bytes, kType)) return columns;
  for (const ModelConstraint& constraint : column_constraints(project, id)) {
    const std::string& column = constraint.columns.front();
    if (constraint.type == kType && std::ranges::find(columns, column) == columns.end()) columns.push_back(column);
  }
  return columns;
}

void report_several(const LintProject& project, NodeId id, const std::vector<std::string>& columns,
                    Violations& violations) {
  violations.push_back(
      {.node = id,
       .message = fmt::format("{} has a primary key at each of the columns {}: a table has one primary key, so that "
                              "dbt or the warehouse refuses it; one key of several columns stands at the model",
                              printable(project.node(id).name),
                              name_list(std::vector<std::string_view>(columns.begin(), columns.end()))),
       .at = Anchor::column(columns[1]),
       .key = "several"});
}

void check_model_level(const LintProject& project, NodeId id, Violations& violations) {
  for (const ModelConstraint& constraint : model_constraints(project, id)) {
    if (constraint.type != kType || constraint.columns.size() != 1) continue;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the primary key of {} is the column {} alone, and stands at the model: whoever reads "
                                "the column's entry, or takes keys from there, does not see it",
                                printable(project.node(id).name), printable(constraint.columns.front())),
         .at = Anchor::column(constraint.columns.front()),
         .key = "at the model"});
  }
}

Result<void> check(const LintProject& project, const RuleScope& scope, const SinglePrimaryKeyOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const std::vector<std::string> columns = key_columns(project, id);
    if (columns.size() > 1) report_several(project, id, columns, violations);
    // (What stands at the model takes reading the whole record, and does nothing without a contract.)
    if (options.single_column_at_column && columns.empty() && contract_enforced(project, id)) {
      check_model_level(project, id, violations);
    }
  });
  return {};
}

const RegisterRule<SinglePrimaryKeyOptions> rule{
    {.name = "single-primary-key",
     .subject = "governance",
     .summary = "a primary key stands at several columns, or at the model for one column",
     .what =
         "Finds models with a `primary_key` constraint at more than one column, and those with an enforced contract "
         "whose primary key is one column, but stands at the model.",
     .why = "Two columns with a primary key each are two keys, which no warehouse accepts; what is meant is one key of "
            "two columns. And a key of one column belongs to that column, where everybody looks for it.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    config:
      contract: {enforced: true}
    constraints:
      - type: primary_key
        columns: [order_id]
    columns:
      - {name: order_id, data_type: integer}
```
```sql models/orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```yaml models/orders.yml
models:
  - name: orders
    config:
      contract: {enforced: true}
    columns:
      - name: order_id
        data_type: integer
        constraints:
          - type: primary_key
```
```sql models/orders.sql
select 1 as order_id
```)",
     .basis = "dbt-bouncer: `check_model_single_primary_key`; dbt-score: `single_pk_defined_at_column_level`. Newer "
              "versions of dbt refuse the first form when they parse (dbt-core: `_validate_pk_constraints`).",
     .severity = Severity::kWarn,
     .presets = kStrict},
    {option<&SinglePrimaryKeyOptions::single_column_at_column>(
        "single_column_at_column", "Whether a key of one column has to stand at the column.")},
    check};

}  // namespace
}  // namespace plowline
