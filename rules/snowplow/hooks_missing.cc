#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/window.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  // dbt 2 need not write hooks into its manifest.
  const auto version = dbt_version_from(project.project().metadata().dbt_version);
  if (version && version->major >= 2) return {};
  for (const SnowplowPackage& package : project.snowplow().all()) {
    if (package.kind != SnowplowPackage::Kind::kIncremental || package.calls_post_hook() ||
        package.tagged_models.empty()) {
      continue;
    }
    const bool own = package.owner == project.project().root_package();
    violations.push_back(
        {.message =
             fmt::format("no on-run-end hook calls snowplow_incremental_post_hook for {0}: no manifest row is ever "
                         "written, so every run repeats {1}",
                         printable(package.name), first_window_words(project, package)),
         .at = own ? Anchor::project_file("on-run-end") : Anchor::packages_file(package.owner),
         .key = package.name});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-hooks-missing",
     .subject = "snowplow",
     .summary = "a Snowplow package whose manifest nobody writes",
     .what =
         "Finds packages with tagged models for which no on-run-end hook calls `snowplow_incremental_post_hook`: those "
         "that you built on snowplow_utils yourself, and published ones whose hooks are gone (a disabled base model "
         "takes them along).",
     .why = "The hook writes the rows that tell the package how far it is. Without them each run is the first one.",
     .example = "```yaml\n# dbt_project.yml of a package built on snowplow_utils\non-run-end: []\n```",
     .use_instead = R"(```yaml
on-run-end:
  - "{{ snowplow_utils.snowplow_incremental_post_hook('snowplow') }}"
```)",
     .basis = "snowplow_utils: `snowplow_incremental_post_hook` is the only macro that writes manifest rows; "
              "`get_run_limits` "
              "is in state 1 without them.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
