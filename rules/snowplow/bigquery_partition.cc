#include <fmt/format.h>

#include "artifact/warehouse.h"
#include "lint/rule.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

// Whether new rows are merged into the table by a key, which makes BigQuery look for their old versions. Without a key
// rows are only added, and the other strategies replace partitions.
bool merges_by_key(const NodeConfig& config) {
  return config.materialized == "incremental" && truthy(config.unique_key) &&
         (config.incremental_strategy.empty() || config.incremental_strategy == "merge");
}

// The merge has a condition of its own on the table that it merges into.
bool limits_the_merge(const NodeConfig& config) {
  return truthy(snowplow_optimize_of(config)) || truthy(member_of(config.whole, "incremental_predicates")) ||
         truthy(member_of(config.whole, "predicates"));
}

// Somebody decided about it, or another rule speaks of it.
bool has_word_on_optimize(const NodeConfig& config) {
  return !scalar_of(snowplow_optimize_of(config)).empty() || truthy(upsert_date_key_of(config));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  if (warehouse_from(project.project().metadata().adapter_type) != Warehouse::kBigQuery) return {};
  for (const TaggedModel& model : tagged_models(project, scope)) {
    const NodeConfig& config = project.config(model.id);
    if (is_package_node(project, model.id) || !merges_by_key(config)) continue;
    const std::string name = printable(project.node(model.id).name);
    if (!truthy(config.partition_by)) {
      if (truthy(config.cluster_by) && limits_the_merge(config)) continue;
      violations.push_back({.node = model.id,
                            .message = fmt::format("{} has no partition_by: each run's merge reads the whole table on "
                                                   "BigQuery, and a backfill pays for that once per window",
                                                   name),
                            .at = Anchor::config("materialized"),
                            .key = "partition_by"});
    } else if (!limits_the_merge(config) && !has_word_on_optimize(config)) {
      violations.push_back({.node = model.id,
                            .message = fmt::format("{} is partitioned, but nothing limits its merge to some partitions "
                                                   "(snowplow_optimize with upsert_date_key does): each run reads the "
                                                   "whole table, and a backfill pays for that once per window",
                                                   name),
                            .at = Anchor::config("partition_by"),
                            .key = "snowplow_optimize"});
    }
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-bigquery-partition",
     .subject = "snowplow",
     .summary = "on BigQuery, a tagged incremental model's merge reads the whole table",
     .what = "Finds incremental models with a Snowplow package's tag, on BigQuery, that are merged by a `unique_key` "
             "and have no `partition_by`, or have one but neither `snowplow_optimize` nor `incremental_predicates`. "
             "Silent where `snowplow_optimize` is set to false, for other strategies, and where `cluster_by` does the "
             "work of the partitions.",
     .why = "A merge looks for the old version of every new row. Without partitions, or without a condition on them, "
            "BigQuery reads and charges all of the table for that, in every run. A backfill is one run per window, on "
            "a table that grows with each of them. Small tables are fine without.",
     .example = R"(```sql
{{ config(materialized='incremental', unique_key='view_id', tags=['snowplow_unified_incremental']) }}
```)",
     .use_instead = R"(```sql
{{ config(
    materialized='incremental',
    unique_key='view_id',
    partition_by={'field': 'start_tstamp', 'data_type': 'timestamp'},
    upsert_date_key='start_tstamp',
    snowplow_optimize=true,
    tags=['snowplow_unified_incremental']
) }}
```)",
     .basis = "snowplow_utils: `default__get_merge_sql` adds a range of upsert_date_key to the merge's condition; all "
              "incremental models of the packages are partitioned on BigQuery. dbt-bigquery merges by default.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
