#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/changed_configs.h"

namespace plowline {
namespace {

std::string_view effective(std::string_view value) {
  return value.empty() ? "ignore" : value;  // dbt's default
}

std::string_view consequence(std::string_view now) {
  if (now == "ignore") {
    return "columns that the query gains are left out of the table without a word, and a column that it loses fails "
           "the "
           "run";
  }
  if (now == "append_new_columns") {
    return "columns that the query gains are added to the table, empty in all rows that are there, and none is dropped";
  }
  if (now == "sync_all_columns") {
    return "the next run drops from the table every column that the query does not give (any more), with the values of "
           "all rows";
  }
  if (now == "fail") return "every run fails as long as the query's columns are not the table's";
  return "the next run treats columns that differ in another way";
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const ChangedConfig& changed : changed_configs(project, scope, "on_schema_change")) {
    if (!stays_incremental(project, changed.id, changed.previous)) continue;
    const std::string_view now = effective(project.config(changed.id).on_schema_change);
    const std::string_view before = effective(project.state()->config(changed.previous).on_schema_change);
    if (now == before) continue;
    violations.push_back(
        {.node = changed.id,
         .message = fmt::format("on_schema_change of {} was {} and is {}: {}", printable(project.node(changed.id).name),
                                printable(before), printable(now), consequence(now)),
         .at = Anchor::config("on_schema_change")});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-on-schema-change-changed",
     .subject = "schema",
     .summary = "an incremental model has another on_schema_change than in the state",
     .what =
         "Compares `on_schema_change` of incremental models with the earlier manifest (`--state`); one that is not set "
         "is `ignore`.",
     .why =
         "It decides what the next run does to the table that is there where its columns are not those of the query: "
         "leave them out, add them, drop them with their data, or fail.",
     .example = R"(```sql
-- in production: on_schema_change='append_new_columns'
{{ config(materialized='incremental', on_schema_change='sync_all_columns') }}
```)",
     .use_instead = R"(```sql
{{ config(materialized='incremental', on_schema_change='append_new_columns') }}
```)",
     .basis = "dbt: `process_schema_changes` of the incremental materialization. Snowplow's packages use "
              "`append_new_columns`.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
