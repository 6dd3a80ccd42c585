#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/custom_schema.h"
#include "rules/schema/targets.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

// The project's own incremental models that a package counts.
struct PackageModels {
  std::vector<NodeId> with;  // a custom schema, all of them the same one
  std::vector<NodeId> without;
  bool agree = true;
};

PackageModels models_of(const LintProject& project, const SnowplowPackage& package) {
  PackageModels models;
  for (const NodeId id : package.tagged_models) {
    if (!project.is_own(id) || is_package_node(project, id) || !is_incremental(project.config(id))) continue;
    const std::string_view schema = project.config(id).schema;
    if (schema.empty()) {
      models.without.push_back(id);
      continue;
    }
    models.agree = models.agree && (models.with.empty() || project.config(models.with.front()).schema == schema);
    models.with.push_back(id);
  }
  return models;
}

// Where the sibling lies in production, where that is known.
std::string production_words(const LintProject& project, NodeId sibling) {
  if (project.state() == nullptr) return {};
  const PlacedPair* pair = project.index<Targets>().pair_of(sibling);
  if (pair == nullptr || pair->now.same_place(pair->before)) return {};
  return fmt::format(" (in the state, {})", shown_place(pair->before));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const SnowplowPackage& package : project.snowplow().all()) {
    const PackageModels models = models_of(project, package);
    if (models.with.empty() || !models.agree || models.without.size() > models.with.size()) continue;
    const NodeId sibling = models.with.front();
    const std::string_view schema = project.config(sibling).schema;
    for (const NodeId id : models.without) {
      const auto relation = relation_of(project, id);
      const auto its = relation_of(project, sibling);
      if (!scope.contains(id) || !relation || !its || schema_is_written(project, id) || project.in_state(id)) continue;
      violations.push_back(
          {.node = id,
           .message = fmt::format(
               "{} has no custom schema, while the other models with the tag {} have {}: it is built "
               "in {} and not beside {} in {}{}, so the move into production takes it to another "
               "schema than theirs, or does not find it",
               printable(project.node(id).name), printable(package.tag), printable(schema), shown_place(*relation),
               printable(project.node(sibling).name), shown_place(*its), production_words(project, sibling)),
           .at = Anchor::config("schema"),
           .key = "schema",
           .fix = shared_fix({.kind = Fix::Kind::kSetConfig, .key = "schema", .value = std::string(schema)})});
    }
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-schema-not-matching",
     .subject = "snowplow",
     .summary = "a new custom model lacks the custom schema that the others have",
     .what =
         "Finds incremental models of the root project that carry a Snowplow package's tag and have no custom schema, "
         "while the project's other ones (at least as many) all have the same one, mostly `derived`. Models that the "
         "earlier manifest (`--state`) has are left alone, and so is an explicit `schema: null`.",
     .why = "A package's `+schema: derived` counts for its own models only. A custom model without it lies in the "
            "target's "
            "own schema: after the backfill the statement that moves the table into production looks for it beside the "
            "derived tables, or puts it where nobody reads it.",
     .example = R"(```sql
{{ config(materialized='incremental', tags=['snowplow_unified_incremental']) }}
```)",
     .use_instead = R"(```sql
{{ config(materialized='incremental', schema='derived', tags=['snowplow_unified_incremental']) }}
```)",
     .basis = "dbt applies a package's folder configs to that package; Snowplow's packages set `+schema: derived`, "
              "`scratch` and `snowplow_manifest` in their dbt_project.yml.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow,
     .fixes = true},
    check};

}  // namespace
}  // namespace plowline
