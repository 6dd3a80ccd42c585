#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/upsert_config.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const NodeId model : models_with_upsert_config(project, scope)) {
    const NodeConfig& config = project.config(model);
    if (config.materialized != "incremental" || !truthy(snowplow_optimize_of(config)) ||
        truthy(upsert_date_key_of(config))) {
      continue;
    }
    violations.push_back({.node = model,
                          .message = fmt::format("{} has snowplow_optimize but no upsert_date_key, which the optimized "
                                                 "merge requires: the first run creates the table, and every run after "
                                                 "it ends with a compilation error",
                                                 printable(project.node(model).name)),
                          .at = place_of_optimize(config),
                          .key = "snowplow_optimize"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-optimize-without-date-key",
     .subject = "snowplow",
     .summary = "snowplow_optimize without upsert_date_key",
     .what = "Finds incremental models with `snowplow_optimize` (in the config or under its `meta`) and no "
             "`upsert_date_key`.",
     .why =
         "The optimized merge of snowplow_utils scans only the part of the table between the smallest and the largest "
         "`upsert_date_key` of the new rows. Without that config it does not fall back to the whole table but "
         "fails, and not in the first run (nothing is merged then), but in the second, after the deployment.",
     .example = R"(```sql
{{ config(materialized='incremental', unique_key='view_id', snowplow_optimize=true) }}
```)",
     .use_instead = R"(```sql
{{ config(
    materialized='incremental',
    unique_key='view_id',
    upsert_date_key='start_tstamp',
    snowplow_optimize=true
) }}
```)",
     .basis = "snowplow_utils: `default__get_merge_sql` and `default__get_delete_insert_merge_sql` require "
              "upsert_date_key (`config_meta_require` since 1.0.0, `config.require` before).",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
