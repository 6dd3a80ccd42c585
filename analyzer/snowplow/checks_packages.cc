#include <algorithm>
#include <fmt/format.h>

#include "snowplow/checks.h"
#include "snowplow/tags.h"

namespace plowline {
namespace {

// Switching a whole dbt package off takes its hooks away; switching only its tagged folders off does not.
std::string how_to_have_models(const Project& project, const SnowplowPackage& package) {
  const std::string tag = printable(package.tag);
  if (package.owner == project.root_package()) {
    return fmt::format("tag a model with {}, or remove the on-run-end hook from dbt_project.yml", tag);
  }
  return fmt::format(
      "enable or add a model with the tag {}, or switch the whole package off, hooks included, in "
      "dbt_project.yml (models: {}: +enabled: false)",
      tag, printable(package.owner));
}

std::string what_an_empty_set_does(const CheckInput& input, const SnowplowPackage& package) {
  const std::string name = printable(package.name);
  switch (input.packages.on_empty()) {
    case EmptyModels::kRaises:
      return fmt::format(
          "every dbt run of this project fails at {}'s on-run-end hook with \"No enabled models "
          "identified.\", and the hooks after it do not run",
          name);
    case EmptyModels::kMatchesAll:
      return fmt::format("{}'s on-run-end hook writes manifest rows for every model that ran, of any package", name);
    case EmptyModels::kUnknown:
      break;
  }
  return fmt::format(
      "{0}'s on-run-end hook fails with \"No enabled models identified.\" in every dbt run "
      "(snowplow_utils 0.15.0 and later) or writes manifest rows for models of other packages (before)",
      name);
}

bool is_named(const CheckInput& input, const SnowplowPackage& package) {
  return std::ranges::any_of(package.tagged_models, [&](NodeId model) {
    return std::ranges::binary_search(input.result.tokens, input.project.node(model).name);
  });
}

}  // namespace

Result<void> check_packages_without_models(const CheckInput& input, Warnings& warnings) {
  for (const SnowplowPackage& package : input.packages.all()) {
    if (!package.calls_post_hook() || !package.tagged_models.empty()) continue;
    std::vector<std::string> detail;
    for (const std::string_view id : package.disabled_models) detail.push_back(fmt::format("{} (disabled)", id));
    warnings.push_back(
        {"package-without-tagged-model",
         fmt::format("{} is installed, but no enabled model carries its tag {}, and no guard name "
                     "exists: {}",
                     printable(package.name), printable(package.tag), what_an_empty_set_does(input, package)),
         how_to_have_models(input.project, package), std::move(detail)});
  }
  return {};
}

Result<void> check_guards(const CheckInput& input, Warnings& warnings) {
  if (input.result.value.empty()) return {};
  for (const PackageRun& run : input.result.packages) {
    const SnowplowPackage& package = *input.packages.named(run.package);
    if (!package.calls_post_hook() || package.tagged_models.empty() || is_named(input, package)) continue;
    warnings.push_back(
        {"no-guard-name",
         fmt::format("none of {}'s tagged models can stand as a guard name, because each name holds a "
                     "blank or also belongs to a model that runs or that another package counts: {}",
                     printable(package.name), what_an_empty_set_does(input, package)),
         fmt::format("give one model with the tag {} a name that is used only once", printable(package.tag)),
         detail_lines(input.project, package.tagged_models)});
  }
  return {};
}

Result<void> check_windows_of_others(const CheckInput& input, Warnings& warnings) {
  if (input.result.value.empty()) return {};
  for (const PackageRun& run : input.result.packages) {
    if (!run.window_is_computed || !run.models.empty()) continue;
    const SnowplowPackage& package = *input.packages.named(run.package);
    warnings.push_back(
        {"window-without-tagged-model",
         fmt::format(
             "the run builds {}'s tables of the current run, but none of its tagged models: its window does not "
             "move on with these runs, because no manifest row of {} is written",
             printable(package.name), printable(package.name)),
         fmt::format("select models with the tag {} too, so that the package moves on with the others",
                     printable(package.tag)),
         detail_lines(input.project, {*package.new_event_limits})});
  }
  return {};
}

Result<void> check_end_hooks(const CheckInput& input, Warnings& warnings) {
  for (const PackageRun& run : input.result.packages) {
    const SnowplowPackage& package = *input.packages.named(run.package);
    if (run.models.empty() || package.calls_post_hook()) continue;
    warnings.push_back(
        {"end-hook-missing",
         fmt::format(
             "{} selected {} the tag {}, but no on-run-end hook calls snowplow_incremental_post_hook for {}: no "
             "manifest row is ever written, so every run repeats the first window",
             run.models.size(), plural(run.models.size(), "model carries", "models carry"), printable(package.tag),
             printable(package.name)),
         package.owner == input.project.root_package()
             ? fmt::format("add to on-run-end in dbt_project.yml: {{{{ "
                           "snowplow_utils.snowplow_incremental_post_hook('{}') }}}}",
                           printable(package.name))
             : fmt::format("look for what disables {}'s hooks (a disabled base model does), then parse the project "
                           "again",
                           printable(package.owner)),
         detail_lines(input.project, run.models)});
  }
  return {};
}

Result<void> check_ignored_variable(const CheckInput& input, Warnings& warnings) {
  for (const PackageRun& run : input.result.packages) {
    const SnowplowPackage& package = *input.packages.named(run.package);
    if (run.models.empty() || !package.limits_ignore_models_to_run) continue;
    warnings.push_back(
        {"models-to-run-ignored",
         fmt::format("{} passes models_to_run=\"\" to get_enabled_snowplow_models: the window is computed from all {} "
                     "models with the tag {}, whatever models_to_run says, so a run of some of them stays in State 2",
                     printable(input.project.node(*package.new_event_limits).name), package.tagged_models.size(),
                     printable(package.tag)),
         "remove the models_to_run argument from that call", detail_lines(input.project, {*package.new_event_limits})});
  }
  return {};
}

}  // namespace plowline
