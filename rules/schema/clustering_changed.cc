#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/changed_configs.h"

namespace plowline {
namespace {

constexpr std::string_view kKeys[] = {"cluster_by", "clustered_by", "buckets", "sort", "sort_type", "dist"};

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const std::string_view key : kKeys) {
    for (const ChangedConfig& changed : changed_configs(project, scope, key)) {
      if (!stays_incremental(project, changed.id, changed.previous)) continue;
      violations.push_back(
          {.node = changed.id,
           .message = fmt::format("{} of {} was {} and is {}: dbt sets it when it creates a table, so the one that is "
                                  "there stays as it was{}",
                                  key, printable(project.node(changed.id).name), shown(changed.change.before),
                                  shown(changed.change.now), until_full_refresh(project, changed.id)),
           .at = Anchor::config(std::string(key))});
    }
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-clustering-changed",
     .subject = "schema",
     .summary = "an incremental model is clustered, sorted or distributed otherwise than in the state",
     .what =
         "Compares `cluster_by`, `clustered_by`, `buckets`, `sort`, `sort_type` and `dist` of incremental models with "
         "the earlier manifest (`--state`).",
     .why = "dbt writes these in `create table` only. The table that is there stays as it was: what the change was to "
            "make "
            "faster, is not, until the table is built again.",
     .example = R"(```sql
-- in production: cluster_by=['user_id']
{{ config(materialized='incremental', cluster_by=['session_id']) }}
```)",
     .use_instead = R"(```sql
-- together with one run with --full-refresh, or an `alter table`
{{ config(materialized='incremental', cluster_by=['session_id']) }}
```)",
     .basis =
         "dbt's adapters (BigQuery, Snowflake, Redshift, Spark) set clustering, sort and distribution keys when they "
         "create a table.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
