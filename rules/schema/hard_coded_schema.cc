#include "lint/rule.h"
#include "rules/schema/fixed_relations.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  report_fixed_relations(project, scope, FixedRelation::By::kSchema, violations);
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-hard-coded-schema",
     .subject = "schema",
     .summary = "a schema config keeps a node in the same table on another target",
     .what =
         "Compares the manifest with one of another target (`--state`). Most nodes lie in other schemas there; those "
         "with a schema config (`schema`, a snapshot's `target_schema`) that resolves to the same table in both are "
         "found, and new nodes that lie in a schema which only the other target uses. Four or more in one schema are "
         "one finding. Models with a Snowplow package's tag are left to `snowplow-hard-coded-schema`.",
     .why = "A run on staging overwrites production's table, or adds to it, with whatever staging's code and data are.",
     .example = R"(```sql
-- with a generate_schema_name that takes custom schemas as they are
{{ config(materialized='table', schema='prod_marts') }}
```)",
     .use_instead = R"(```sql
-- prod_marts on the target prod, staging_marts on staging
{{ config(materialized='table', schema='marts') }}
```)",
     .basis =
         "dbt: `generate_schema_name` makes `<target schema>_<custom schema>`; a macro of the project's own may do "
         "otherwise, and a snapshot's `target_schema` is taken as it is.",
     .severity = Severity::kError,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
