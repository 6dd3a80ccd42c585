#include "rules/schema/report_columns.h"

namespace plowline {
namespace {

std::string describe(const ColumnChange&) {
  return "is gone";
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ColumnChangeOptions& options,
                   Violations& violations) {
  report_columns(project, scope, ColumnChange::Kind::kRemoved, options, describe, violations);
  return {};
}

const RegisterRule<ColumnChangeOptions> rule{
    {.name = "schema-column-removed",
     .subject = "schema",
     .summary = "a column is gone that something still relies on",
     .what =
         "Compares the columns of models, seeds and snapshots with the earlier manifest (`--state`) and finds those "
         "that are gone while something relies on them: models whose code names them, tests, unit tests, exposures, "
         "semantic models, an enforced contract. A column is gone where both projects' catalogs say so, where the "
         "contract is enforced and does not list it any more, or where the model's select list named it and does not "
         "any more; that it is only left out of the YAML file does not count.",
     .why =
         "dbt parses the project all the same. The readers fail when they are built, or, outside of dbt, when somebody "
         "opens them.",
     .example = R"(```sql
-- stg_customers without `email`, which customers.sql selects
select id, name from {{ source('shop', 'customers') }}
```)",
     .use_instead = R"(```sql
select id, name, email from {{ source('shop', 'customers') }}
```)",
     .basis = "The manifest: declared columns, contracts, and the code of the nodes downstream.",
     .severity = Severity::kError,
     .presets = kRecommended,
     .needs = kNeedsState},
    {option<&ColumnChangeOptions::without_consumers>("without_consumers", ColumnChangeOptions::kDescription)},
    check};

}  // namespace
}  // namespace plowline
