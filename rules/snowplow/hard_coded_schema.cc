#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/fixed_relations.h"

namespace plowline {
namespace {

std::string_view config_key(FixedRelation::By by) {
  return by == FixedRelation::By::kDatabase ? "database" : "schema";
}

// Where this target keeps the rows that belong to the model's table.
std::string manifest_words(const LintProject& project, NodeId id) {
  const auto packages = project.snowplow().tagging(project.project(), id);
  const auto manifest = packages.front()->incremental_manifest;
  const auto relation = manifest ? relation_of(project, *manifest) : std::nullopt;
  return relation ? fmt::format(", while the manifest row of that run goes to {}", shown(*relation)) : std::string();
}

std::string message_of(const LintProject& project, const FixedRelation& fixed) {
  const std::string name = printable(project.node(fixed.id).name);
  const std::string move = typical_move(project.index<Targets>());
  if (!fixed.previous) {
    return fmt::format(
        "{} is new and lies in {}, among the state's tables, although {}: its backfill beside production "
        "builds it in production itself{}",
        name, shown_place(fixed.relation), move, manifest_words(project, fixed.id));
  }
  return fmt::format(
      "{} is {} here and in the state, although {}: a run on this target, a backfill beside production "
      "above all, writes its window into production's table{}, so that production's own row says what is "
      "not so any more",
      name, shown(fixed.relation), move, manifest_words(project, fixed.id));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const FixedRelation& fixed : project.index<FixedRelations>().all()) {
    if (!scope.contains(fixed.id) || !carries_package_tag(project, fixed.id)) continue;
    violations.push_back({.node = fixed.id,
                          .message = message_of(project, fixed),
                          .at = Anchor::config(std::string(config_key(fixed.by))),
                          .key = "relation"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-hard-coded-schema",
     .subject = "snowplow",
     .summary = "a model with a Snowplow package's tag is the same table on another target",
     .what =
         "Compares the manifest with one of another target (`--state`). Models with a package's tag that lie in the "
         "same relation in both are found, and new ones that lie in a schema which only the other target uses.",
     .why = "A new model is backfilled beside production, on a target of its own, and moved in when it is up to date. "
            "That "
            "is safe because the two targets share nothing. A model that both build is overwritten window by window by "
            "the backfill, and the manifest rows, which each target has for itself, do not say what is in the table.",
     .example = R"(```sql
-- with a generate_schema_name that takes custom schemas as they are
{{ config(materialized='incremental', schema='prod_derived', tags=['snowplow_unified_incremental']) }}
```)",
     .use_instead = R"(```sql
-- prod_derived on the target prod, staging_derived on staging
{{ config(materialized='incremental', schema='derived', tags=['snowplow_unified_incremental']) }}
```)",
     .basis = "Snowplow's documentation of custom models (backfill with a target of its own); dbt's "
              "`generate_schema_name`.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsState | kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
