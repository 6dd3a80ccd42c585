#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/upsert_config.h"

namespace plowline {
namespace {

bool has_date_key(const NodeConfig& config) {
  return truthy(upsert_date_key_of(config));
}

// Of what is set for nothing, the one that is pointed at.
std::string_view ineffective_key(const NodeConfig& config) {
  return has_date_key(config) ? "upsert_date_key" : "snowplow_optimize";
}

std::string message_of(const LintProject& project, NodeId model) {
  const NodeConfig& config = project.config(model);
  const std::string name = printable(project.node(model).name);
  if (config.materialized != "incremental") {
    return fmt::format("{} has {} but is materialized as {}: only incremental models are merged, so it has no effect",
                       name, ineffective_key(config), printable(config.materialized));
  }
  return fmt::format(
      "{} has upsert_date_key but not snowplow_optimize: the key has no effect, and every run scans the "
      "whole table to merge one window",
      name);
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const NodeId model : models_with_upsert_config(project, scope)) {
    const NodeConfig& config = project.config(model);
    // (The materialization before 0.15 used the key without snowplow_optimize.)
    if (config.materialized.empty() || config.materialized == "snowplow_incremental") continue;
    const bool optimized = truthy(snowplow_optimize_of(config));
    const bool has_key = has_date_key(config);
    if (config.materialized == "incremental" ? optimized || !has_key : !optimized && !has_key) continue;
    violations.push_back({.node = model,
                          .message = message_of(project, model),
                          .at = has_key ? place_of_date_key(config) : place_of_optimize(config),
                          .key = std::string(ineffective_key(config))});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-date-key-without-optimize",
     .subject = "snowplow",
     .summary = "upsert_date_key or snowplow_optimize where it has no effect",
     .what = "Finds incremental models with `upsert_date_key` and no (or a false) `snowplow_optimize`, and models that "
             "are not incremental with either of them.",
     .why = "Only the merge of an incremental model with `snowplow_optimize` reads the key. Without it the model looks "
            "optimized, and every run scans all of its table.",
     .example = R"(```sql
{{ config(materialized='incremental', unique_key='view_id', upsert_date_key='start_tstamp') }}
```)",
     .use_instead = R"(```sql
{{ config(
    materialized='incremental',
    unique_key='view_id',
    upsert_date_key='start_tstamp',
    snowplow_optimize=true
) }}
```)",
     .basis = "snowplow_utils: `default__get_merge_sql` looks at upsert_date_key only under snowplow_optimize.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
