#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/changed_configs.h"
#include "rules/schema/fixed_relations.h"

namespace plowline {
namespace {

bool is_kept(std::string_view materialized) {
  return materialized == "incremental" || materialized == "snowplow_incremental";
}

// What the first run after the change does; empty where it harms nobody.
std::string consequence(std::string_view before, std::string_view now, bool tagged) {
  if (now == "ephemeral") {
    return "dbt builds no relation for it any more: the old one stays behind, and those who read it outside of dbt see "
           "no "
           "new data";
  }
  if (before == "ephemeral" || before.empty() || now.empty()) return {};
  if (is_kept(before) && is_kept(now)) return {};
  if (is_kept(before) && tagged) {
    return fmt::format(
        "a Snowplow package's model sees one window of events in each run, so after the first run the {} "
        "holds that window and the history is gone",
        now);
  }
  if (is_kept(before)) {
    return fmt::format(
        "the first run replaces the table by what the query gives on that day: rows that only the table "
        "still holds are gone{}",
        now == "view" ? ", and every reader computes the query again" : "");
  }
  if (is_kept(now) && before == "table") {
    return "the first run adds to the table that is there and does not build it again: what the new code makes "
           "otherwise "
           "is right for new rows only, until --full-refresh";
  }
  if (is_kept(now)) {
    return fmt::format("the first run drops the {} and builds the whole table, over all of the history", before);
  }
  return fmt::format(
      "the first run drops the {} and creates a {}: grants on it go with it where the config does not "
      "repeat them, and on some warehouses views that read it",
      printable(before), printable(now));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const ChangedConfig& changed : changed_configs(project, scope, "materialized")) {
    const NodeId id = changed.id;
    if (project.node(id).resource_type != ResourceType::kModel) continue;
    const std::string_view now = project.config(id).materialized;
    const std::string_view before = project.state()->config(changed.previous).materialized;
    const std::string follows = consequence(before, now, carries_package_tag(project, id));
    if (follows.empty()) continue;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} was materialized as {} and is {} now: {}", printable(project.node(id).name),
                                printable(before), printable(now), follows),
         .at = Anchor::config("materialized")});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-materialization-changed",
     .subject = "schema",
     .summary = "a model is materialized otherwise than in the state",
     .what =
         "Compares `materialized` of models with the earlier manifest (`--state`) and says what the first run after "
         "the change does to the relation that is there. A difference that only a condition on the target makes is no "
         "change.",
     .why = "The first production run is another one than those before: it drops a table with its history, builds "
            "everything from the beginning, or goes on with a table that was made by other code.",
     .example = R"(```sql
-- in production: materialized='incremental'
{{ config(materialized='table') }}
```)",
     .use_instead = R"(```sql
{{ config(materialized='incremental', unique_key='id') }}
```)",
     .basis =
         "dbt: the materializations drop a relation of another kind; `incremental` builds everything only where there "
         "is no table yet, where a view is in its place, or with --full-refresh.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
