#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

constexpr std::string_view kDevTargetName = "snowplow__dev_target_name";

struct FullRefreshDangerOptions {
  Pattern production_targets = Pattern::known("(?i)(prod|prd|production|live)([_-].*)?");
};

void check_models(const LintProject& project, const RuleScope& scope, Violations& violations) {
  for (const TaggedModel& model : tagged_models(project, scope)) {
    const NodeConfig& config = project.config(model.id);
    if (!is_incremental(config) || !truthy(config.full_refresh)) continue;
    violations.push_back({.node = model.id,
                          .message = fmt::format(
                              "{} has full_refresh: true, so dbt rebuilds it in every run, from the rows of that run's "
                              "window alone: all earlier rows are lost",
                              printable(project.node(model.id).name)),
                          .at = Anchor::config("full_refresh"),
                          .key = "full_refresh"});
  }
}

void check_target_name(const LintProject& project, const Pattern& production, Violations& violations) {
  if (production.empty()) return;
  for (const ProjectVar& var : settings_of(project, kDevTargetName)) {
    if (has_jinja(*var.value) || !production.matches(var.value->text)) continue;
    violations.push_back(
        {.message =
             fmt::format("{}{} is {}, which looks like production: on the target of that name nothing protects the "
                         "manifest tables, and one `dbt run --full-refresh` drops them",
                         kDevTargetName, scope_words(var), value_words(*var.value)),
         .at = place_of(var),
         .key = key_of(var)});
  }
}

Result<void> check(const LintProject& project, const RuleScope& scope, const FullRefreshDangerOptions& options,
                   Violations& violations) {
  check_models(project, scope, violations);
  check_target_name(project, options.production_targets, violations);
  return {};
}

const RegisterRule<FullRefreshDangerOptions> rule{
    {.name = "snowplow-full-refresh-danger",
     .subject = "snowplow",
     .summary = "history that a full refresh would lose",
     .what = "Finds incremental models with a Snowplow package's tag and `full_refresh: true`, and a "
             "`snowplow__dev_target_name` that is the name of a production target.",
     .why = "A tagged model reads the tables of the current run, which hold one window. Rebuilt from them it holds one "
            "window, too. And on the target that `snowplow__dev_target_name` names, the packages let `--full-refresh` "
            "drop their manifest tables: they are then built from `snowplow__start_date` on again.",
     .example = R"(```sql
{{ config(materialized='incremental', unique_key='session_identifier', full_refresh=true) }}
```)",
     .use_instead = R"(```sql
{{ config(materialized='incremental', unique_key='session_identifier', full_refresh=false) }}
```)",
     .basis = "dbt's config `full_refresh`, which comes before the flag; the packages' `allow_refresh` macros "
              "(`get_value_by_target`).",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    {option<&FullRefreshDangerOptions::production_targets>(
        "production_targets", "A regular expression for the names of production targets, all of the name.")},
    check};

}  // namespace
}  // namespace plowline
