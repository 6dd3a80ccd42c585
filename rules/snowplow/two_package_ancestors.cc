#include <fmt/format.h>

#include "graph/walk.h"
#include "lint/rule.h"
#include "rules/snowplow/reference.h"
#include "rules/snowplow/run_rows.h"
#include "rules/snowplow/tagged_models.h"
#include "snowplow/checks.h"
#include "snowplow/this_run.h"

namespace plowline {
namespace {

std::string message_of(const LintProject& project, NodeId model, const std::vector<RunRows>& rows) {
  std::vector<NodeId> tables;
  std::vector<const SnowplowPackage*> packages;
  for (const RunRows& read : rows) {
    tables.push_back(read.table);
    packages.push_back(read.package);
  }
  return fmt::format(
      "{} is built from the current runs of {} ({}): each package has a window of its own and moves it alone, so rows "
      "meet only what the other happens to process in the same run, and what they miss stays missing",
      printable(project.node(model).name), package_names(packages), name_list(project.project(), tables));
}

// Only what may have a this-run table upstream: walking up from every incremental model would cost too much.
NodeSet below_this_run(const LintProject& project) {
  NodeSet tables(project.project().size());
  for (std::size_t i = 0; i < project.project().size(); ++i) {
    const NodeId id = static_cast<NodeId>(i);
    if (this_run_of(project.project(), project.snowplow(), id) != nullptr) tables.insert(id);
  }
  return descendants(project.project(), tables);
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  if (project.snowplow().tags().size() < 2) return {};
  Result<void> done;
  const NodeSet below = below_this_run(project);
  scope.for_each(ResourceType::kModel, [&](NodeId model) {
    if (!done || !below.contains(model) || !project.project().enabled(model)) return;
    if (is_package_node(project, model) || !is_incremental(project.config(model))) return;
    const Result<std::vector<RunRows>> rows = run_rows_of(project, model);
    if (!rows) {
      done = std::unexpected(rows.error());
      return;
    }
    if (rows->size() < 2) return;
    violations.push_back({.node = model,
                          .message = message_of(project, model, *rows),
                          .at = place_of_reference(project, model, rows->back().through),
                          .key = "packages"});
  });
  return done;
}

const RegisterRule<> rule{
    {.name = "snowplow-two-package-ancestors",
     .subject = "snowplow",
     .summary = "an incremental model is built from the current runs of two Snowplow packages",
     .what = "Finds incremental models whose rows come from `_this_run` tables of two or more packages, directly or "
             "through views, tables and ephemeral models. Reading another package's derived tables is fine.",
     .why = "The packages' windows are computed from different manifests. They agree only as long as nothing fails, "
            "nothing new is merged and neither has a gap in its events; from the first difference on, a join between "
            "two current runs silently loses rows, and no state of either package brings them back.",
     .example = R"(```sql
select view.view_id, play.play_id
from {{ ref('snowplow_unified_views_this_run') }} as view
join {{ ref('snowplow_media_player_base_this_run') }} as play using (view_id)
```)",
     .use_instead = R"(```sql
select view.view_id, play.play_id
from {{ ref('snowplow_unified_views_this_run') }} as view
join {{ ref('snowplow_media_player_base') }} as play using (view_id)
```)",
     .basis = "snowplow_utils: `get_run_limits` works on one package's manifest; each package has its own "
              "`<package>_base_new_event_limits`.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
