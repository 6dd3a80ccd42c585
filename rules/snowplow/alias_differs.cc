#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/new_events.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

// (A model with a version has an alias of its own; that is the rule about versions.)
bool has_other_alias(const NodeRecord& node) {
  return node.version.empty() && !node.alias.empty() && node.alias != node.name;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  CallFinder finder(project.project());
  for (const TaggedModel& model : tagged_models(project, scope)) {
    const NodeRecord& node = project.node(model.id);
    if (!has_other_alias(node) || !is_incremental(project.config(model.id))) continue;
    const Result<bool> asks = asks_for_new_events(project, finder, model.id);
    if (!asks) return std::unexpected(asks.error());
    if (!*asks) continue;
    violations.push_back({.node = model.id,
                          .message = fmt::format(
                              "{0} has the alias {1}: is_run_with_new_events looks for a manifest row called {1}, but "
                              "the row is called {0}, so the answer is always yes, and in states 2 and 3 the model "
                              "merges windows again that it already has",
                              printable(node.name), printable(node.alias)),
                          .at = Anchor::config("alias")});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-alias-differs",
     .subject = "snowplow",
     .summary = "a tagged incremental model has an alias, by which its manifest row is not found",
     .what =
         "Finds tagged incremental models that ask `is_run_with_new_events` and whose table is called otherwise than "
         "the model, by `alias` or by a `generate_alias_name` macro. Letter case counts.",
     .why =
         "The package writes manifest rows by the model's name, the macro looks for them by the table's. Where the two "
         "differ it finds no row and lets the model process every window, also those that it has behind it, and "
         "rows that were complete are overwritten with what the old window knew.",
     .example = R"(```sql
-- models/my_views.sql
{{ config(materialized='incremental', alias='view_facts', tags=['snowplow_unified_incremental']) }}

select * from {{ ref('snowplow_unified_views_this_run') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
```)",
     .use_instead = R"(```sql
-- models/view_facts.sql
{{ config(materialized='incremental', tags=['snowplow_unified_incremental']) }}

select * from {{ ref('snowplow_unified_views_this_run') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
```)",
     .basis = "snowplow_utils: `is_run_with_new_events` asks for `this.identifier`, `snowplow_incremental_post_hook` "
              "writes `node.name`. Seen with snowplow_unified 1.0.0 on dbt 1.11.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
