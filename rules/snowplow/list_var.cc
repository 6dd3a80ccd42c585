#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"

namespace plowline {
namespace {

constexpr std::string_view kAppId = "snowplow__app_id";

// Whether the packages take a list there: they say so by their default.
bool takes_list(const LintProject& project, const ProjectVar& var) {
  if (var.name == kAppId) return true;
  return std::ranges::any_of(project.snowplow().all(), [&](const SnowplowPackage& package) {
    if (!var.scope.empty() && var.scope != package.owner) return false;
    const PlacedValue* value = project.yaml().default_var(var.name, package.owner);
    return value != nullptr && value->kind == PlacedValue::Kind::kList;
  });
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  for (const ProjectVar& var : snowplow_settings(project)) {
    if (!is_text(*var.value) || var.value->text.empty() || has_jinja(*var.value) || !takes_list(project, var)) continue;
    const std::string_view consequence =
        var.name == kAppId ? "the filter lets only events through whose app_id is one of its letters"
                           : "its letters are taken for entries, or the run fails where it adds them to others";
    violations.push_back(
        {.message = fmt::format("{} ({}){} is one text, but the package goes through a list: {}", printable(var.name),
                                value_words(*var.value), scope_words(var), consequence),
         .at = place_of(var),
         .key = key_of(var)});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-list-var",
     .subject = "snowplow",
     .summary = "a text where a Snowplow package takes a list",
     .what =
         "Finds variables that are set to a text in dbt_project.yml although the package takes a list: "
         "`snowplow__app_id`, and every variable whose default in the package's own dbt_project.yml is a list. Values "
         "with Jinja are not looked at.",
     .why = "Jinja goes through a text letter by letter. `snowplow__app_id: web` becomes the filter `app_id in "
            "('w','e','b')`, which no event passes, and nothing fails.",
     .example = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__app_id: web\n```",
     .use_instead = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__app_id: ['web']\n```",
     .basis = "snowplow_utils: `app_id_filter` joins the entries; the defaults in the packages' dbt_project.yml.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
