#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/new_events.h"
#include "rules/snowplow/run_rows.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

// A model that the macro is meant for: built piece by piece, in SQL, from what it is to be kept from.
bool should_ask(const LintProject& project, const TaggedModel& model) {
  const NodeConfig& config = project.config(model.id);
  const std::string_view language = project.node(model.id).language;
  return is_incremental(config) && config.incremental_strategy != "microbatch" &&
         (language.empty() || language == "sql") && !is_package_node(project, model.id);
}

// The package of the model's tags whose rows it reads, or null.
Result<const SnowplowPackage*> package_of_rows(const LintProject& project, const TaggedModel& model) {
  const Result<std::vector<RunRows>> rows = run_rows_of(project, model.id);
  if (!rows) return std::unexpected(rows.error());
  for (const RunRows& read : *rows) {
    if (std::ranges::find(model.packages, read.package) != model.packages.end()) return read.package;
  }
  return nullptr;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  CallFinder finder(project.project());
  for (const TaggedModel& model : tagged_models(project, scope)) {
    if (!should_ask(project, model)) continue;
    const Result<bool> asks = asks_for_new_events(project, finder, model.id);
    if (!asks) return std::unexpected(asks.error());
    if (*asks) continue;
    const Result<const SnowplowPackage*> package = package_of_rows(project, model);
    if (!package) return std::unexpected(package.error());
    if (*package == nullptr) continue;
    violations.push_back(
        {.node = model.id,
         .message = fmt::format("{} does not ask is_run_with_new_events('{}'): while the package replays windows that "
                                "this model has already (states 2 and 3), it merges them again, and rows that a later "
                                "window completed are overwritten with what the old window knew",
                                printable(project.node(model.id).name), printable((*package)->name)),
         .key = "is_run_with_new_events"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-missing-is-run-with-new-events",
     .subject = "snowplow",
     .summary = "a tagged incremental model does not ask is_run_with_new_events",
     .what = "Finds incremental models with a package's tag, built from its `_this_run` tables, that do not call "
             "`snowplow_utils.is_run_with_new_events`, neither themselves nor through a macro.",
     .why = "When another model is new or behind, the package goes back to that model's window, and all tagged models "
            "run in it. The macro is what keeps those that have the window behind them from doing the work again. "
            "Without it they merge old rows over new ones: a session that reaches over the end of the old window is "
            "cut there, and stays cut until the package has caught up.",
     .example = R"(```sql
select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .use_instead = R"(```sql
select * from {{ ref('snowplow_unified_views_this_run') }}
where {{ snowplow_utils.is_run_with_new_events('snowplow_unified') }}
```)",
     .basis =
         "snowplow_utils: `is_run_with_new_events`; `base_create_snowplow_sessions_this_run` caps end_tstamp at the "
         "window's upper limit. Snowplow's documentation, Custom models.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
