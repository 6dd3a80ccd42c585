#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/changed_configs.h"

namespace plowline {
namespace {

std::string_view overwrite_note(const LintProject& project, NodeId id) {
  const std::string_view strategy = project.config(id).incremental_strategy;
  if (strategy != "insert_overwrite" && strategy != "microbatch") return "";
  return "; runs that overwrite partitions meet a table with others, and fail or replace the wrong rows";
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const ChangedConfig& changed : changed_configs(project, scope, "partition_by")) {
    if (!stays_incremental(project, changed.id, changed.previous)) continue;
    violations.push_back(
        {.node = changed.id,
         .message = fmt::format("the partitioning of {} was {} and is {}: dbt does not partition a table that is there "
                                "anew, so it stays as it was{}{}",
                                printable(project.node(changed.id).name), shown(changed.change.before),
                                shown(changed.change.now), until_full_refresh(project, changed.id),
                                overwrite_note(project, changed.id)),
         .at = Anchor::config("partition_by")});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-partitioning-changed",
     .subject = "schema",
     .summary = "an incremental model is partitioned otherwise than in the state",
     .what = "Compares `partition_by` of incremental models with the earlier manifest (`--state`).",
     .why =
         "dbt partitions a table when it creates it. The table that is there keeps its partitions, so the change does "
         "nothing but make staging's table another one than production's, until the table is built again.",
     .example = R"(```sql
-- in production: partition_by={'field': 'start_tstamp', 'data_type': 'timestamp'}
{{ config(materialized='incremental', partition_by={'field': 'load_tstamp', 'data_type': 'timestamp'}) }}
```)",
     .use_instead = R"(```sql
-- together with one run with --full-refresh, or a migration of the table
{{ config(materialized='incremental', partition_by={'field': 'load_tstamp', 'data_type': 'timestamp'}) }}
```)",
     .basis = "dbt's adapters (BigQuery, Databricks, Spark, Athena) write the partitioning in `create table` only.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
