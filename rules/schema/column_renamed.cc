#include <fmt/format.h>

#include "rules/schema/report_columns.h"

namespace plowline {
namespace {

std::string describe(const ColumnChange& change) {
  return fmt::format("is called {} now", printable(change.new_name));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ColumnChangeOptions& options,
                   Violations& violations) {
  report_columns(project, scope, ColumnChange::Kind::kRenamed, options, describe, violations);
  return {};
}

const RegisterRule<ColumnChangeOptions> rule{
    {.name = "schema-column-renamed",
     .subject = "schema",
     .summary = "a column has another name, and something still relies on the old one",
     .what =
         "Compares the columns of models, seeds and snapshots with the earlier manifest (`--state`). Where one column "
         "is gone and one is new, of the same type or in the same place, the column was renamed; it is found where "
         "something relies on the old name (see `schema-column-removed`).",
     .why =
         "dbt parses the project all the same. The readers fail when they are built, or, outside of dbt, when somebody "
         "opens them. An incremental table keeps the old column and, by `on_schema_change`, may not get the new one.",
     .example = R"(```sql
-- orders.sql still selects amount
select id, amount as total from {{ source('shop', 'orders') }}
```)",
     .use_instead = R"(```sql
-- both, as long as there are readers of the old name
select id, amount as total, amount from {{ source('shop', 'orders') }}
```)",
     .basis = "The manifest: declared columns, contracts, and the code of the nodes downstream.",
     .severity = Severity::kError,
     .presets = kRecommended,
     .needs = kNeedsState},
    {option<&ColumnChangeOptions::without_consumers>("without_consumers", ColumnChangeOptions::kDescription)},
    check};

}  // namespace
}  // namespace plowline
