#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/new_events.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  scope.for_each(ResourceType::kModel, [&](NodeId model) {
    if (!project.project().enabled(model) || is_package_node(project, model)) return;
    const std::vector<NewEventsCall> calls = new_events_calls(project, model);
    if (calls.empty()) return;
    const NodeConfig& config = project.config(model);
    if (config.materialized.empty() || is_incremental(config)) return;
    violations.push_back(
        {.node = model,
         .message = fmt::format("{} is materialized as {}, where is_run_with_new_events is always true: the condition "
                                "has no effect, and every run processes the whole window",
                                printable(project.node(model).name), printable(config.materialized)),
         .at = Anchor::code(calls.front().offset, calls.front().length),
         .key = "is_run_with_new_events"});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-is-run-with-new-events-not-incremental",
     .subject = "snowplow",
     .summary = "is_run_with_new_events in a model that is not incremental",
     .what = "Finds calls of `snowplow_utils.is_run_with_new_events` in tables, views and ephemeral models.",
     .why = "The macro holds back incremental models only; anywhere else it is the constant true. The condition "
            "misleads whoever reads it, and adds an edge to the package's limits and manifest tables.",
     .example = R"(```sql
{{ config(materialized='table') }}

select * from {{ ref('snowplow_unified_views_this_run') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
```)",
     .use_instead = R"(```sql
{{ config(materialized='table') }}

select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .basis = "snowplow_utils: `is_run_with_new_events` returns true where `is_incremental()` is false.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
