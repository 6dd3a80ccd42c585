#include <algorithm>
#include <fmt/format.h>

#include "graph/walk.h"
#include "lint/rule.h"
#include "rules/snowplow/reference.h"
#include "rules/snowplow/run_rows.h"
#include "rules/snowplow/tagged_models.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

NodeSet lineage_of(const LintProject& project, NodeId model) {
  NodeSet start(project.project().size());
  start.insert(model);
  return ancestors(project.project(), start);
}

// The models of the package, among those that `+model` selects, that it counts; empty where its window is not computed.
std::vector<NodeId> counted_in(const NodeSet& lineage, const SnowplowPackage& package) {
  if (!package.new_event_limits || !lineage.contains(*package.new_event_limits)) return {};
  std::vector<NodeId> models;
  std::ranges::copy_if(package.tagged_models, std::back_inserter(models),
                       [&](NodeId model) { return lineage.contains(model); });
  return models;
}

// What the model reads that leads to the package's models.
NodeId way_to(const LintProject& project, NodeId model, const std::vector<NodeId>& counted) {
  for (const NodeId parent : project.project().parents(model)) {
    const NodeSet lineage = lineage_of(project, parent);
    const auto leads = [&](NodeId id) { return id == parent || lineage.contains(id); };
    if (std::ranges::any_of(counted, leads)) return parent;
  }
  return model;
}

std::string_view consequence(const LintProject& project) {
  switch (project.snowplow().on_empty()) {
    case EmptyModels::kRaises:
      return "the run fails with \"No enabled models identified.\"";
    case EmptyModels::kMatchesAll:
      return "it takes every model of the run for its own";
    case EmptyModels::kUnknown:
      break;
  }
  return "its window is computed from no models";
}

Result<void> check_model(const LintProject& project, const TaggedModel& model, Violations& violations) {
  const SnowplowPackage& own = *model.packages.front();
  const NodeSet lineage = lineage_of(project, model.id);
  if (!own.new_event_limits || !lineage.contains(*own.new_event_limits)) return {};  // the tag is another rule's matter
  const Result<std::vector<RunRows>> rows = run_rows_of(project, model.id);
  if (!rows) return std::unexpected(rows.error());
  for (const SnowplowPackage& other : project.snowplow().all()) {
    if (&other == &own || other.kind != SnowplowPackage::Kind::kIncremental) continue;
    if (std::ranges::find(*rows, &other, &RunRows::package) != rows->end()) continue;  // worse: two windows' rows
    const std::vector<NodeId> counted = counted_in(lineage, other);
    if (counted.empty()) continue;
    violations.push_back(
        {.node = model.id,
         .message = fmt::format(
             "{0} carries the tag {1} and is built on {2} of {3}: a run of +{0} computes {3}'s window too, so "
             "models_to_run must name models of both packages; without a name of {3}'s {4}",
             printable(project.node(model.id).name), printable(own.tag), name_list(project.project(), counted),
             printable(other.name), consequence(project)),
         .at = place_of_reference(project, model.id, way_to(project, model.id, counted)),
         .key = other.name});
  }
  return {};
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  if (project.snowplow().tags().size() < 2) return {};
  for (const TaggedModel& model : tagged_models(project, scope)) {
    if (model.packages.size() != 1 || is_package_node(project, model.id)) continue;
    if (Result<void> done = check_model(project, model, violations); !done) return done;
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-cross-package-derived-read",
     .subject = "snowplow",
     .summary = "a model tagged for one Snowplow package reads derived tables of another",
     .what = "Finds models with one package's tag, built on that package, whose lineage also holds models that another "
             "package counts and that package's `base_new_event_limits`. It is allowed, and sometimes the only way; "
             "the rule runs on request, for whoever plans a backfill of such a model. Models that mix the current "
             "runs of two packages are found by `snowplow-two-package-ancestors`.",
     .why = "A backfill that selects the model with its lineage runs both packages, each with a window and a manifest "
            "of its own. models_to_run then has to name models of both: a package of which it names none fails, or "
            "(with snowplow_utils before 0.15) counts models that are not its own. And the other package's tables are "
            "read as far as its own window has come, which need not be as far as this model's.",
     .example = R"(```sql
{{ config(materialized='incremental', unique_key='view_id', tags=['snowplow_unified_incremental']) }}

select view.view_id, play.play_time
from {{ ref('snowplow_unified_views_this_run') }} as view
join {{ ref('snowplow_media_player_base') }} as play using (view_id)
```)",
     .use_instead = R"(```sql
-- untagged, on the derived tables of both
{{ config(materialized='table') }}

select view.view_id, play.play_time
from {{ ref('snowplow_unified_views') }} as view
join {{ ref('snowplow_media_player_base') }} as play using (view_id)
```)",
     .basis =
         "snowplow_utils: every package's `base_new_event_limits` calls `get_enabled_snowplow_models`, which since "
         "0.15.0 raises an error where models_to_run leaves it none.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
