#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"
#include "rules/schema/two_warehouse_tables.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const TwoTables& tables : tables_of_both(project, scope)) {
    const RelationKind now = tables.now->kind;
    const RelationKind before = tables.before->kind;
    if (now == RelationKind::kOther || before == RelationKind::kOther || now == before) continue;
    violations.push_back(
        {.node = tables.id,
         .message = fmt::format("{} is a {}, and {} is a {}: neither can be renamed into the other's place or have its "
                                "rows inserted there as if it were one",
                                shown(*tables.now), to_string(now), shown(*tables.before), to_string(before)),
         .at = Anchor::config("materialized")});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-warehouse-relation-kind-differs",
     .subject = "schema",
     .summary = "a relation is of another kind than the production one it is to replace",
     .what = "Compares the relation types of each model, seed and snapshot in two warehouses (or schemas): this "
             "project's catalog.json and that of the state.",
     .why = "A view in place of a table has no rows of its own to move, and a table in place of a view does not follow "
            "its source any more. The statements of a migration are different ones for each.",
     .example = R"(```sql
{{ config(materialized='view' if target.name == 'staging' else 'table') }}
```)",
     .use_instead = R"(```sql
{{ config(materialized='table') }}
```)",
     .basis = "Both projects' catalog.json: `type` of the relation.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsCatalog | kNeedsState | kNeedsStateCatalog},
    check};

}  // namespace
}  // namespace plowline
