#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"
#include "rules/snowplow/refresh_guard.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  for (const PermanentRefresh& refresh : permanent_refreshes(project)) {
    if (!refresh.guarded) continue;
    violations.push_back({.message = fmt::format(
                              "{} is true for every run: any `dbt run --full-refresh` that selects the manifest tables "
                              "of {} drops them, and the package processes everything since snowplow__start_date again",
                              kAllowRefresh, printable(refresh.package->name)),
                          .at = place_of(refresh.var),
                          .key = refresh.package->name});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-allow-refresh-left-on",
     .subject = "snowplow",
     .summary = "snowplow__allow_refresh set for every run",
     .what = "Finds `snowplow__allow_refresh: true` in dbt_project.yml.",
     .why = "The variable is the safety catch of the manifest tables: as long as it is false, `--full-refresh` leaves "
            "them "
            "alone. It is meant for the command line of the one run that is to begin from scratch.",
     .example = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__allow_refresh: true\n```",
     .use_instead =
         "```sh\ndbt run --selector snowplow_unified --full-refresh --vars 'snowplow__allow_refresh: true'\n```",
     .basis =
         "The packages' `default__allow_refresh` macros, which give the manifest models their config full_refresh.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
