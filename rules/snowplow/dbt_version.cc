#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/installed_utils.h"
#include "rules/snowplow/package_releases.h"

namespace plowline {
namespace {

bool is_snowplow(std::string_view package) {
  return package.starts_with("snowplow_");
}

void report(std::string package, std::string message, Violations& violations) {
  Anchor at = Anchor::packages_file(package);
  violations.push_back({.message = std::move(message), .at = std::move(at), .key = std::move(package)});
}

// What installed packages say themselves.
bool check_installed(const LintProject& project, const Version& dbt, Violations& violations) {
  for (const std::string& package : project.yaml().installed_packages()) {
    if (!is_snowplow(package)) continue;
    const auto range = VersionRange::parse(project.yaml().required_dbt_versions(package));
    if (!range || range->contains(dbt)) continue;
    report(package,
           fmt::format("{} {} needs dbt {}, but the manifest is of dbt {}: dbt does not run the project without "
                       "--no-version-check",
                       printable(package), printable(project.yaml().installed_version(package).value_or("")),
                       range->text(), dbt.text()),
           violations);
    return true;
  }
  return false;
}

// What packages.yml will bring with the next `dbt deps`.
void check_required(const LintProject& project, const Version& dbt, Violations& violations) {
  for (const RequiredPackage& package : project.yaml().required_packages()) {
    if (package.kind != RequiredPackage::Kind::kHub || !package.source.starts_with("snowplow/")) continue;
    const auto releases = VersionRange::parse(package.versions);
    if (!releases || releases->empty()) continue;
    const auto utils = package.name == "snowplow_utils" ? std::optional(std::vector{*releases})
                                                        : utils_needed_by(package.name, *releases);
    if (!utils || utils->empty()) continue;
    // The first is the oldest. Where it does, there is a way.
    const auto oldest = oldest_dbt_for_utils(utils->front());
    if (!oldest || !(dbt < *oldest)) continue;
    report(
        package.name,
        fmt::format("{} {} brings snowplow_utils {}, which needs dbt {} or later, but the manifest is of dbt {}: after "
                    "`dbt deps` dbt does not run the project",
                    printable(package.name), releases->text(), utils->front().text(), oldest->text(), dbt.text()),
        violations);
    return;
  }
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  const auto dbt = Version::parse(project.project().metadata().dbt_version);
  if (!dbt) return {};
  if (!check_installed(project, *dbt, violations)) check_required(project, *dbt, violations);
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-dbt-version",
     .subject = "snowplow",
     .summary = "a Snowplow package that does not run with this dbt",
     .what =
         "Compares the dbt that wrote the manifest with `require-dbt-version` of the installed Snowplow packages, and "
         "with what the snowplow_utils needs that packages.yml will bring.",
     .why =
         "dbt refuses to run a project one of whose packages excludes it. What packages.yml asks for need not show it: "
         "snowplow_unified 1.0.0 says dbt 1.6 or later, but needs snowplow_utils 1.0.0, which needs dbt 1.10.6.",
     .example =
         "```yaml\n# run with dbt 1.9\npackages:\n  - package: snowplow/snowplow_unified\n    version: 1.0.0\n```",
     .use_instead =
         "```yaml\n# run with dbt 1.9\npackages:\n  - package: snowplow/snowplow_unified\n    version: 0.5.5\n```",
     .basis = "dbt_project.yml of the installed packages and of snowplow_utils' releases; dbt-core: config/project.py "
              "(validate_version).",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
