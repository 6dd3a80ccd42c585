#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/changed_configs.h"

namespace plowline {
namespace {

std::string_view shown_strategy(std::string_view strategy) {
  return strategy.empty() ? "the adapter's default" : strategy;
}

std::string_view consequence(std::string_view now) {
  if (now == "append") return "rows of a run that is repeated are added again, unique_key or not";
  if (now == "insert_overwrite") {
    return "every partition that a run touches is replaced as a whole: rows of it that the run does not select are "
           "gone";
  }
  if (now == "microbatch")
    return "each batch replaces its whole period: rows of it that the batch does not select are gone";
  if (now == "merge" || now == "delete+insert") {
    return "rows are matched with the table's by unique_key, also those that the old strategy left there twice";
  }
  return "new rows get into the table in another way";
}

// snowplow_utils makes `merge` and `delete+insert` read a part of the table only; no other strategy.
std::string_view optimize_note(const LintProject& project, NodeId id, std::string_view now) {
  const bool optimized = now.empty() || now == "merge" || now == "delete+insert";
  if (optimized || !truthy(snowplow_optimize_of(project.config(id)))) return "";
  return "; snowplow_optimize has no effect with it";
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const ChangedConfig& changed : changed_configs(project, scope, "incremental_strategy")) {
    if (!stays_incremental(project, changed.id, changed.previous)) continue;
    const std::string_view now = project.config(changed.id).incremental_strategy;
    const std::string_view before = project.state()->config(changed.previous).incremental_strategy;
    violations.push_back(
        {.node = changed.id,
         .message =
             fmt::format("incremental_strategy of {} was {} and is {}: {}, and dbt leaves the rows that are there "
                         "as the old one made them{}",
                         printable(project.node(changed.id).name), printable(shown_strategy(before)),
                         printable(shown_strategy(now)), consequence(now), optimize_note(project, changed.id, now)),
         .at = Anchor::config("incremental_strategy")});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-incremental-strategy-changed",
     .subject = "schema",
     .summary = "an incremental model has another incremental_strategy than in the state",
     .what = "Compares `incremental_strategy` of incremental models with the earlier manifest (`--state`).",
     .why =
         "The strategy decides which rows of the table a run replaces. Queries that are right for one (a window for "
         "`merge`) lose or double rows with another (whole partitions for `insert_overwrite`), and the table that is "
         "there is not made anew.",
     .example = R"(```sql
-- in production: incremental_strategy='merge'
{{ config(materialized='incremental', unique_key='id', incremental_strategy='append') }}
```)",
     .use_instead = R"(```sql
{{ config(materialized='incremental', unique_key='id', incremental_strategy='merge') }}
```)",
     .basis = "dbt: the adapters' `get_incremental_*_sql`; snowplow_utils overrides `get_merge_sql` and "
              "`get_delete_insert_merge_sql` only.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
