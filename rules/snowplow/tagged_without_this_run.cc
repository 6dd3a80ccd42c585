#include <fmt/format.h>

#include "graph/walk.h"
#include "lint/rule.h"
#include "rules/snowplow/run_rows.h"
#include "rules/snowplow/tagged_models.h"
#include "rules/snowplow/window.h"

namespace plowline {
namespace {

// Whether only other packages stand upstream: then the tag is the wrong one, which is another rule's finding.
bool builds_on_others_only(const LintProject& project, const TaggedModel& model) {
  NodeSet start(project.project().size());
  start.insert(model.id);
  bool others = false;
  bool own = false;
  ancestors(project.project(), start).for_each([&](NodeId node) {
    const SnowplowPackage* owner = project.snowplow().owning(project.project(), node);
    if (owner == nullptr || owner->kind != SnowplowPackage::Kind::kIncremental) return;
    (owner == model.packages.front() ? own : others) = true;
  });
  return others && !own;
}

Result<bool> is_out_of_window(const LintProject& project, const TaggedModel& model) {
  const Result<std::vector<RunRows>> rows = run_rows_of(project, model.id);
  if (!rows) return std::unexpected(rows.error());
  if (!rows->empty()) return false;
  const Result<bool> limited = takes_limits(project, model.id);
  if (!limited) return limited;
  return !*limited && !builds_on_others_only(project, model);
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const TaggedModel& model : tagged_models(project, scope)) {
    if (model.packages.size() != 1 || is_package_node(project, model.id)) continue;
    if (project.config(model.id).materialized == "ephemeral") continue;  // worse things are wrong with it
    const Result<bool> found = is_out_of_window(project, model);
    if (!found) return std::unexpected(found.error());
    if (!*found) continue;
    const SnowplowPackage& package = *model.packages.front();
    violations.push_back({.node = model.id,
                          .message = fmt::format(
                              "{0} carries the tag {1} but reads no rows of {2}'s current run: no window limits what "
                              "it reads, yet {2} counts it, and until it has a manifest row {2} falls back to state 2 "
                              "and repeats {3} for all models",
                              printable(project.node(model.id).name), printable(package.tag), printable(package.name),
                              first_window_words(project, package)),
                          .at = Anchor::tag(package.tag)});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-tagged-without-this-run",
     .subject = "snowplow",
     .summary = "a model carries a Snowplow package's tag but reads no table of the current run",
     .what = "Finds models with a package's tag whose rows come from none of its `_this_run` tables: those that read "
             "derived tables, sources or nothing. A model that takes the run's limits itself "
             "(`return_limits_from_model`, or the package's `base_new_event_limits`) is left alone.",
     .why = "The tag makes the whole package wait for the model: when it is new, every other model goes back to the "
            "start date with it; when it fails, all of them repeat its windows. A model over derived tables gains "
            "nothing from that, for it reads those tables whole, whatever the window is. Daily aggregates and the like "
            "are to be untagged.",
     .example = R"(```sql
{{ config(materialized='table', tags=['snowplow_unified_incremental']) }}

select date(start_tstamp) as day, count(*) as sessions
from {{ ref('snowplow_unified_sessions') }}
group by 1
```)",
     .use_instead = R"(```sql
{{ config(materialized='table') }}

select date(start_tstamp) as day, count(*) as sessions
from {{ ref('snowplow_unified_sessions') }}
group by 1
```)",
     .basis = "Snowplow's documentation, Custom models: only models on `_this_run` tables are tagged. snowplow_utils: "
              "`get_run_limits` compares the number of counted models with the number of manifest rows.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
