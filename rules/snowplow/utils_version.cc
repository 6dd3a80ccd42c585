#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/installed_utils.h"
#include "rules/snowplow/package_releases.h"

namespace plowline {
namespace {

constexpr std::string_view kUtils = "snowplow_utils";

// A package with the versions of snowplow_utils that would do for it.
struct Need {
  std::string package;
  std::string asked;  // how packages.yml asks for it
  std::vector<VersionRange> utils;
};

std::string words_of(const std::vector<VersionRange>& ranges) {
  std::string words;
  for (const VersionRange& range : ranges) {
    const std::string text = range.text();
    if (words.find(text) == std::string::npos) words += (words.empty() ? "" : " or ") + text;
  }
  return words;
}

bool have_common_version(const Need& a, const Need& b) {
  return std::ranges::any_of(a.utils, [&](const VersionRange& x) {
    return std::ranges::any_of(b.utils, [&](const VersionRange& y) { return !x.intersected(y).empty(); });
  });
}

// What the hub packages of packages.yml need; others have no version there.
std::vector<Need> needs_of(const LintProject& project) {
  std::vector<Need> needs;
  for (const RequiredPackage& package : project.yaml().required_packages()) {
    if (package.kind != RequiredPackage::Kind::kHub || !package.source.starts_with("snowplow/")) continue;
    const auto releases = VersionRange::parse(package.versions);
    if (!releases || releases->empty()) continue;
    if (package.name == kUtils) {
      needs.push_back({package.name, {}, {*releases}});
    } else if (auto utils = utils_needed_by(package.name, *releases)) {
      needs.push_back({package.name, releases->text(), *std::move(utils)});
    }
  }
  return needs;
}

std::string need_words(const Need& need) {
  if (need.package == kUtils) return fmt::format("packages.yml asks for snowplow_utils {}", words_of(need.utils));
  return fmt::format("{} {} needs snowplow_utils {}", printable(need.package), need.asked, words_of(need.utils));
}

void check_required(const LintProject& project, Violations& violations) {
  const std::vector<Need> needs = needs_of(project);
  for (std::size_t i = 0; i < needs.size(); ++i) {
    for (std::size_t j = i + 1; j < needs.size(); ++j) {
      if (have_common_version(needs[i], needs[j])) continue;
      violations.push_back({.message = fmt::format("{} and {}: no version does for both, so `dbt deps` fails",
                                                   need_words(needs[i]), need_words(needs[j])),
                            .at = Anchor::packages_file(needs[j].package),
                            .key = needs[i].package + "." + needs[j].package});
    }
  }
}

// What an installed package asks for itself.
std::optional<VersionRange> own_need(const LintProject& project, std::string_view package) {
  for (const RequiredPackage& required : project.yaml().required_packages_of(package)) {
    if (required.name == kUtils && required.kind == RequiredPackage::Kind::kHub)
      return VersionRange::parse(required.versions);
  }
  return std::nullopt;
}

void check_installed(const LintProject& project, Violations& violations) {
  const std::optional<Version> utils = installed_utils(project);
  if (!utils) return;
  for (const std::string& package : project.yaml().installed_packages()) {
    const auto need = own_need(project, package);
    if (!need || need->contains(*utils)) continue;
    const std::string version = project.yaml().installed_version(package).value_or("");
    violations.push_back(
        {.message =
             fmt::format("{} {} needs snowplow_utils {}, but {} is installed: its models call macros with arguments "
                         "that this version does not have, or are processed by other rules than it expects",
                         printable(package), printable(version), need->text(), utils->text()),
         .at = Anchor::packages_file(package),
         .key = package + ".installed"});
  }
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  check_required(project, violations);
  check_installed(project, violations);
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-utils-version",
     .subject = "snowplow",
     .summary = "Snowplow packages that need different versions of snowplow_utils",
     .what =
         "Finds packages in packages.yml whose releases need versions of snowplow_utils that exclude each other, and "
         "installed packages for which the installed snowplow_utils is too old or too new.",
     .why =
         "A project has one snowplow_utils. `dbt deps` refuses ranges without a common version; a package that was "
         "installed from git or a folder is not checked at all. snowplow_web and snowplow_mobile 1.x (below 0.16) can "
         "not be used together with snowplow_unified 0.2 and later.",
     .example = R"(```yaml
packages:
  - package: snowplow/snowplow_web
    version: 1.0.1
  - package: snowplow/snowplow_unified
    version: [">=0.4.0", "<0.5.0"]
```)",
     .use_instead = R"(```yaml
packages:
  - package: snowplow/snowplow_unified
    version: [">=0.4.0", "<0.5.0"]
```)",
     .basis = "packages.yml of the packages' releases (as of snowplow_unified 1.0.0), and of those that are installed.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
