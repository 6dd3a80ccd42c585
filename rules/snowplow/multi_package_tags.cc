#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/run_rows.h"
#include "rules/snowplow/tagged_models.h"
#include "rules/snowplow/window.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

// The package whose tag is one too many: the first whose run the model does not read, else the second.
const SnowplowPackage& superfluous(const TaggedModel& model, const std::vector<RunRows>& rows) {
  for (const SnowplowPackage* package : model.packages) {
    if (std::ranges::find(rows, package, &RunRows::package) == rows.end()) return *package;
  }
  return *model.packages[1];
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const TaggedModel& model : tagged_models(project, scope)) {
    if (model.packages.size() < 2) continue;
    const Result<std::vector<RunRows>> rows = run_rows_of(project, model.id);
    if (!rows) return std::unexpected(rows.error());
    const bool reads_some = !rows->empty();
    const SnowplowPackage& extra = superfluous(model, *rows);
    std::vector<std::string_view> tags;
    for (const SnowplowPackage* package : model.packages) tags.push_back(package->tag);
    violations.push_back(
        {.node = model.id,
         .message = fmt::format("{} carries the tags of {} packages ({}): each keeps a manifest row for it, in windows "
                                "that have nothing to do with each other, and until {} has one that package falls back "
                                "to state 2 and repeats {}{}",
                                printable(project.node(model.id).name), model.packages.size(), name_list(tags),
                                printable(extra.name), first_window_words(project, extra),
                                reads_some ? ", for a model that does not read it" : ""),
         .at = Anchor::tag(extra.tag),
         .key = "tags"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-multi-package-tags",
     .subject = "snowplow",
     .summary = "a model carries the tags of several Snowplow packages",
     .what = "Finds models with two or more of the tags by which this project's Snowplow packages count their models.",
     .why = "Each package computes its window from the manifest rows of all models that it counts, and each has a "
            "manifest of its own. A model with two tags holds up both: the package that it does not read waits for it, "
            "goes back to the start for it when it is new, and takes a timestamp for it from events that the model "
            "never saw.",
     .example = R"(```sql
{{ config(tags=['snowplow_unified_incremental', 'snowplow_media_player_incremental']) }}

select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .use_instead = R"(```sql
{{ config(tags=['snowplow_unified_incremental']) }}

select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .basis =
         "snowplow_utils: `get_enabled_snowplow_models` and `snowplow_incremental_post_hook`, which every installed "
         "package calls with its own name on every run.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
