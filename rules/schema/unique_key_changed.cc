#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/changed_configs.h"
#include "rules/schema/fixed_relations.h"

namespace plowline {
namespace {

std::string consequence(const LintProject& project, const ChangedConfig& changed) {
  const bool tagged = carries_package_tag(project, changed.id);
  if (!changed.change.now) {
    return fmt::format("from now on every run appends its rows, also those that are there already{}",
                       tagged ? ": each window that a Snowplow package repeats is in the table twice" : "");
  }
  if (!changed.change.before) {
    return fmt::format(
        "the rows that were appended so far are not merged with each other, and where two of them have one "
        "key a merge changes both or fails,{}",
        until_full_refresh(project, changed.id));
  }
  return fmt::format(
      "the table that is there keeps the rows that the old key told apart, so the new one is not unique in "
      "it: merges fail, or leave duplicates,{}",
      until_full_refresh(project, changed.id));
}

std::string message_of(const LintProject& project, const ChangedConfig& changed) {
  const std::string name = printable(project.node(changed.id).name);
  const std::string was = shown(changed.change.before);
  const std::string is = shown(changed.change.now);
  if (project.node(changed.id).resource_type == ResourceType::kSnapshot) {
    return fmt::format(
        "the unique_key of the snapshot {} was {} and is {}: dbt finds the rows of its history by it, so "
        "that none of the old ones is found: all rows are inserted as new ones, beside them",
        name, was, is);
  }
  return fmt::format("the unique_key of {} was {} and is {}: {}", name, was, is, consequence(project, changed));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const ChangedConfig& changed : changed_configs(project, scope, "unique_key")) {
    const ResourceType type = project.node(changed.id).resource_type;
    if (type == ResourceType::kModel && !stays_incremental(project, changed.id, changed.previous)) continue;
    // `id` and [id] are one key.
    if (texts_of(project.config(changed.id).unique_key) ==
        texts_of(project.state()->config(changed.previous).unique_key)) {
      continue;
    }
    violations.push_back(
        {.node = changed.id, .message = message_of(project, changed), .at = Anchor::config("unique_key")});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-unique-key-changed",
     .subject = "schema",
     .summary = "an incremental model or a snapshot has another unique_key than in the state",
     .what = "Compares `unique_key` of incremental models and snapshots with the earlier manifest (`--state`).",
     .why = "The key tells dbt which rows of the table a new row replaces. dbt does not touch the rows that are there "
            "when "
            "it changes: they were made unique by another key, and stay so until the table is built again.",
     .example = R"(```sql
-- in production: unique_key='session_id'
{{ config(materialized='incremental', unique_key='user_id') }}
```)",
     .use_instead = R"(```sql
-- together with one run with --full-refresh, or a migration of the table
{{ config(materialized='incremental', unique_key='user_id') }}
```)",
     .basis = "dbt: `merge` and `delete+insert` match the rows of a run with the table's by `unique_key`.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
