#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"
#include "rules/snowplow/refresh_guard.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  for (const PermanentRefresh& refresh : permanent_refreshes(project)) {
    if (refresh.guarded) continue;
    const std::string name = printable(refresh.package->name);
    violations.push_back(
        {.message = fmt::format("{} is true, and this version of {} obeys it in every run, not only in those with "
                                "--full-refresh: each run empties the manifest tables, so the package begins at "
                                "snowplow__start_date again and never gets on",
                                kAllowRefresh, name),
         .at = place_of(refresh.var),
         .key = refresh.package->name});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-allow-refresh",
     .subject = "snowplow",
     .summary = "snowplow__allow_refresh in a package that refreshes its manifests in every run",
     .what =
         "Finds `snowplow__allow_refresh: true` in dbt_project.yml for packages whose `allow_refresh` macro does not "
         "look at --full-refresh: snowplow_unified before 0.3.0, snowplow_media_player before 0.7.2, "
         "snowplow_ecommerce before 0.8.1, snowplow_normalize before 0.3.5, snowplow_web before 1.0.1, every "
         "snowplow_mobile, and what is built on snowplow_utils' own macro.",
     .why = "The variable becomes the config `full_refresh` of the manifest models, and dbt rebuilds a model with "
            "`full_refresh: true` in every run. Without rows in the manifest a package is in state 1: it processes the "
            "first window, again and again. (On the target that `snowplow__dev_target_name` names the variable is not "
            "read.)",
     .example = "```yaml\nvars:\n  snowplow_mobile:\n    snowplow__allow_refresh: true\n```",
     .use_instead =
         "```sh\ndbt run --selector snowplow_mobile --full-refresh --vars 'snowplow__allow_refresh: true'\n```",
     .basis = "The packages' `default__allow_refresh` macros: later versions return the variable only where "
              "flags.FULL_REFRESH is set.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
