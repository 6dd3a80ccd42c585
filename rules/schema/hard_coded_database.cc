#include "lint/rule.h"
#include "rules/schema/fixed_relations.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  report_fixed_relations(project, scope, FixedRelation::By::kDatabase, violations);
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-hard-coded-database",
     .subject = "schema",
     .summary = "a database config keeps a node in the same table on another target",
     .what =
         "Compares the manifest with one of another target (`--state`) whose nodes lie in another database. Nodes with "
         "a `database` (on BigQuery `project`) config that resolve to the same table in both are found. Four or more "
         "in one schema are one finding. Models with a Snowplow package's tag are left to "
         "`snowplow-hard-coded-schema`.",
     .why = "A run on staging overwrites production's table, or adds to it, with whatever staging's code and data are.",
     .example = R"(```sql
{{ config(materialized='table', database='prod') }}
```)",
     .use_instead = R"(```sql
-- the target's own database
{{ config(materialized='table') }}
```)",
     .basis = "dbt: `generate_database_name` takes a node's `database` config as it is, on every target.",
     .severity = Severity::kError,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
