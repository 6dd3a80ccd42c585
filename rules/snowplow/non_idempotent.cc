#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/clock_and_dice.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

bool is_key(const NodeConfig& config, std::string_view column) {
  return !column.empty() && std::ranges::any_of(texts_of(config.unique_key), [&](const std::string& key) {
    return std::ranges::equal(key, column, [](char a, char b) { return ascii_lower(a) == b; });
  });
}

void check_random(const LintProject& project, NodeId model, const ClockAndDice& code, Violations& violations) {
  const std::optional<ClockAndDice::Place> random = code.random();
  if (!random) return;
  const std::string name = printable(project.node(model).name);
  const std::string call = code.shown(*random);
  const std::string column = code.column_of(*random);
  violations.push_back(
      {.node = model,
       .message =
           is_key(project.config(model), column)
               ? fmt::format(
                     "the unique_key {} of {} is a new {} in every run: rows of a window that is processed again (the "
                     "last hours in every run, whole windows in states 2 and 3) match nothing and are all there twice",
                     printable(column), name, call)
               : fmt::format("{} calls {}: rows of a window that is processed again (the last hours in every run, "
                             "whole windows in states 2 and 3) get other values than before",
                             name, call),
       .at = code.anchor(*random),
       .key = "random"});
}

void check_clock(const LintProject& project, NodeId model, const ClockAndDice& code, Violations& violations) {
  const std::optional<ClockAndDice::Place> clock = code.clock_as_bound();
  if (!clock) return;
  violations.push_back(
      {.node = model,
       .message = fmt::format("{} leaves out rows that are old at the time of the run ({}): a window that is "
                              "backfilled or repeated later gives fewer rows than it gave, or none, and counts as done",
                              printable(project.node(model).name), code.shown(*clock)),
       .at = code.anchor(*clock),
       .key = "clock"});
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const TaggedModel& model : tagged_models(project, scope)) {
    if (is_package_node(project, model.id) || !is_incremental(project.config(model.id))) continue;
    const NodeRecord& node = project.node(model.id);
    if (!node.language.empty() && node.language != "sql") continue;
    const ClockAndDice code(project.sql(model.id));
    check_random(project, model.id, code, violations);
    check_clock(project, model.id, code, violations);
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-non-idempotent",
     .subject = "snowplow",
     .summary = "a tagged incremental model gives other rows when a window is processed again",
     .what = "Finds incremental models with a package's tag that call a random function without a seed (`random()`, "
             "`uuid_string()`, …) or that leave out rows by the time of the run (`where start_tstamp > current_date - "
             "7`). A column that says when the row was written (`current_timestamp as loaded_at`) is fine, and so are "
             "the time of the run as an upper bound, what stands under a Jinja condition other than is_incremental() "
             "(`target.name == 'dev'`), and macros' own code.",
     .why =
         "Every run processes the last hours before the previous one again, and states 2 and 3 repeat whole windows, "
         "years after the events where a model is backfilled. The rows then have to be the same. A random key makes "
         "duplicates of them, and a bound by the clock leaves a backfill empty, which its manifest row calls done.",
     .example = R"(```sql
select view_id, start_tstamp
from {{ ref('snowplow_unified_views_this_run') }}
where start_tstamp > current_date - 7
```)",
     .use_instead = R"(```sql
-- the package's window is the only limit
select view_id, start_tstamp
from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .basis = "Snowplow's documentation, Custom models: the SQL should be idempotent and safe to restart. "
              "snowplow_utils: `get_run_limits`.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
