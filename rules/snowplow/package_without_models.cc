#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

std::string why_none(const SnowplowPackage& package) {
  if (package.disabled_models.empty()) return fmt::format("no model carries the tag {}", printable(package.tag));
  return fmt::format("all models with the tag {} are disabled", printable(package.tag));
}

std::string consequence(const SnowplowPackages& packages, const SnowplowPackage& package) {
  const std::string name = printable(package.name);
  if (packages.on_empty() == EmptyModels::kRaises) {
    return fmt::format(
        "every dbt run of the project fails at {}'s on-run-end hook (No enabled models identified.), and the hooks "
        "after "
        "it do not run",
        name);
  }
  return fmt::format("{}'s on-run-end hook writes manifest rows for every model that ran, of any package", name);
}

Anchor place_of_package(const LintProject& project, const SnowplowPackage& package) {
  if (package.owner == project.project().root_package()) return Anchor::project_file("on-run-end");
  const YamlFile* file = project.yaml().project_file();
  if (!package.disabled_models.empty() && file != nullptr && file->at({"models", package.owner}) != nullptr)
    return Anchor::project_file("models." + package.owner);
  return Anchor::packages_file(package.owner);
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  const SnowplowPackages& packages = project.snowplow();
  if (packages.on_empty() == EmptyModels::kUnknown) return {};
  for (const SnowplowPackage& package : packages.all()) {
    if (!package.calls_post_hook() || !package.tagged_models.empty()) continue;
    violations.push_back({.message = fmt::format("{} is installed, but {}: {}", printable(package.name),
                                                 why_none(package), consequence(packages, package)),
                          .at = place_of_package(project, package),
                          .key = package.name});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-package-without-models",
     .subject = "snowplow",
     .summary = "a Snowplow package with hooks and without models",
     .what =
         "Finds installed packages whose on-run-end hook runs but which have no enabled model with their tag: their "
         "folders are disabled, or (snowplow_normalize) the models are yet to be generated.",
     .why =
         "The hook of every installed package runs at the end of every `dbt run`, whatever is selected, and asks for "
         "the package's models. Since snowplow_utils 0.15.0 an empty answer is an error, which also keeps later hooks "
         "from writing their manifests; before, the hook took every successful model of the project for its own. "
         "`models: <package>: +enabled: false` for the whole package takes its hooks away, too.\n\n"
         "With two or more packages the same happens for a single run whose `models_to_run` names models of one "
         "package only: it needs the name of one tagged model of each other package, a guard name. `plowline command` "
         "adds it, so there is no finding for that.",
     .example = R"(```yaml
models:
  snowplow_media_player:
    media_base:
      +enabled: false
    media_plays:
      +enabled: false
    media_stats:
      +enabled: false
```)",
     .use_instead = "```yaml\nmodels:\n  snowplow_media_player:\n    +enabled: false\n```",
     .basis =
         "snowplow_utils: `get_enabled_snowplow_models` (the error came with 0.15.0) and `get_successful_models`. Seen "
         "with snowplow_unified and snowplow_media_player 1.0.0 on dbt 1.11.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
