#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"

namespace plowline {
namespace {

std::string mistake_in_models_to_run(const PlacedValue& value) {
  using Kind = PlacedValue::Kind;
  if (value.kind == Kind::kText && value.text.empty()) return {};  // as if it were not set
  if (value.kind != Kind::kText) {
    return "is no text: dbt cannot parse the project (snowplow_utils splits the variable at its blanks)";
  }
  return "is set for every run: only the models it names are counted, so the manifest rows of all others stay behind "
         "while the window moves on";
}

std::string mistake_in_models_to_remove(const PlacedValue& value) {
  const bool is_empty = value.kind == PlacedValue::Kind::kNull || (value.text.empty() && value.items.empty());
  if (is_empty) return {};
  return "is set for every run: each deletes the manifest rows of these models when it starts, so the package is in "
         "state "
         "2 in all of them and begins at snowplow__start_date again";
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  const auto look_at = [&](std::string_view name, std::string (*mistake_in)(const PlacedValue&)) {
    for (const ProjectVar& var : settings_of(project, name)) {
      if (has_jinja(*var.value)) continue;
      const std::string mistake = mistake_in(*var.value);
      if (mistake.empty()) continue;
      violations.push_back(
          {.message = fmt::format("{} ({}){} {}", name, value_words(*var.value), scope_words(var), mistake),
           .at = place_of(var),
           .key = key_of(var)});
    }
  };
  look_at("models_to_run", mistake_in_models_to_run);
  look_at("models_to_remove", mistake_in_models_to_remove);
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-run-vars-in-project",
     .subject = "snowplow",
     .summary = "models_to_run or models_to_remove set for every run",
     .what = "Finds `models_to_run` and `models_to_remove` in dbt_project.yml, unless they are empty.",
     .why = "Both are for one run, on its command line: the first says which models a run moves on, the second takes "
            "models out of a package's manifest table. Left in dbt_project.yml they act on each scheduled run.",
     .example = "```yaml\nvars:\n  models_to_run: shop_sessions snowplow_unified_views_this_run\n```",
     .use_instead = "```sh\ndbt run --select +shop_sessions --vars '{\"models_to_run\": \"shop_sessions "
                    "snowplow_unified_views_this_run\"}'\n```",
     .basis =
         "snowplow_utils: `get_enabled_snowplow_models` reads models_to_run; the packages' on-run-start hooks hand "
         "models_to_remove to `snowplow_delete_from_manifest`.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
