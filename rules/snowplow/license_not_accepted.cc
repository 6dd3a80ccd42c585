#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"

namespace plowline {
namespace {

constexpr std::string_view kLicense = "snowplow__license_accepted";
constexpr std::string_view kCheck = "macro.snowplow_utils.license_check";

// The packages with a hook that asks for the licence, sorted.
std::vector<std::string_view> asking_packages(const LintProject& project) {
  std::vector<std::string_view> packages;
  for (std::size_t i = 0; i < project.project().size(); ++i) {
    const NodeId id{static_cast<std::uint32_t>(i)};
    const NodeRecord& node = project.node(id);
    if (node.resource_type != ResourceType::kOperation || !project.project().enabled(id)) continue;
    const bool asks = LintProject::calls(node, kCheck) || project.code(id).find("license_check(") != std::string::npos;
    if (asks && std::ranges::find(packages, node.package_name) == packages.end()) packages.push_back(node.package_name);
  }
  return packages;
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  if (given_to_last_run(project, kLicense)) return {};
  for (const std::string_view package : asking_packages(project)) {
    const auto visible = visible_var(project, kLicense, package);
    if (visible && visible->value->truthy()) continue;  // Jinja, too, as far as that can be told
    const bool is_set = visible && visible->set;
    violations.push_back({.message = fmt::format(
                              "{} is {} for {}, which checks it: unless --vars gives it, every run ends with an error "
                              "before its first model",
                              kLicense, is_set ? value_words(*visible->value) : "not set", printable(package)),
                          .at = is_set ? place_of(*visible->set) : Anchor::project_file("vars." + std::string(package)),
                          .key = std::string(package)});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-license-not-accepted",
     .subject = "snowplow",
     .summary = "a Snowplow package whose licence is not accepted",
     .what =
         "Finds packages with an on-run-start hook that calls `license_check` for which dbt_project.yml does not set "
         "`snowplow__license_accepted` to true: snowplow_unified since 0.5.5, snowplow_media_player and "
         "snowplow_ecommerce since 0.9.3, snowplow_normalize since 0.4.1, snowplow_attribution since 0.5.1.",
     .why = "The hook ends the run with an error before any model is built. The variable has to be visible to the "
            "package: "
            "under its name, or for all packages.",
     .example = "```yaml\nvars:\n  shop:\n    snowplow__license_accepted: true\n```",
     .use_instead = "```yaml\nvars:\n  snowplow_unified:\n    snowplow__license_accepted: true\n```",
     .basis = "snowplow_utils: `license_check`, called in the packages' on-run-start.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
