#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/tagged_models.h"
#include "rules/snowplow/window.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const TaggedModel& model : tagged_models(project, scope)) {
    if (project.config(model.id).materialized != "ephemeral") continue;
    const SnowplowPackage& package = *model.packages.front();
    violations.push_back(
        {.node = model.id,
         .message = fmt::format("{} is ephemeral and carries the tag {}: {} counts it, but what is not built gets no "
                                "manifest row, so the package {}",
                                printable(project.node(model.id).name), printable(package.tag), printable(package.name),
                                state_two_words(project, package)),
         .at = Anchor::config("materialized")});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-tagged-ephemeral",
     .subject = "snowplow",
     .summary = "an ephemeral model carries a Snowplow package's tag",
     .what = "Finds models with a package's tag that are materialized as `ephemeral`.",
     .why = "The package counts every tagged model and writes manifest rows for those that ran successfully. dbt never "
            "runs an ephemeral model, so its row never comes: there are always fewer rows than models, which is state "
            "2. Every run processes the same window again, and no model gets new data any more.",
     .example = R"(```sql
{{ config(materialized='ephemeral', tags=['snowplow_unified_incremental']) }}

select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .use_instead = R"(```sql
-- Untagged, where it is to stay ephemeral: its SQL becomes part of its (tagged) readers.
{{ config(materialized='ephemeral') }}

select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .basis =
         "snowplow_utils: `get_run_limits` (state 2 is a number of rows other than that of the models) and "
         "`snowplow_incremental_post_hook`, which reads the run's results; dbt-core leaves ephemeral models out of "
         "these. Seen with snowplow_unified 1.0.0 on dbt 1.11.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
