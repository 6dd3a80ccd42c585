#include "cli/backfill_near_project.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace plowline {
namespace {

bool names_a_project(const ProjectFlags& flags) {
  return flags.require_fresh || !flags.manifest.empty() || !flags.project_dir.empty() || !flags.target_path.empty();
}

}  // namespace

Result<std::unique_ptr<NearProject>> open_near_project(const ProjectFlags& flags, bool needed, Warnings& warnings) {
  const bool asked = needed || names_a_project(flags);
  Warnings of_project;
  auto location = locate_project(flags, of_project);
  if (!location && !asked) return nullptr;
  if (!location) return std::unexpected(std::move(location.error()));
  const std::filesystem::path folder = location->project_dir;
  auto loaded = load_project(flags, std::move(*location), of_project);
  if (!loaded && asked) return std::unexpected(std::move(loaded.error()));
  if (!loaded) {
    warnings.push_back({"project-not-read",
                        "the project near here is left out of account: " + loaded.error().reason,
                        loaded.error().next_step,
                        {}});
    return nullptr;
  }
  auto packages = SnowplowPackages::find(loaded->project);
  if (!packages) return std::unexpected(std::move(packages.error()));
  const bool any = std::ranges::any_of(packages->all(), [](const SnowplowPackage& package) {
    return package.kind == SnowplowPackage::Kind::kIncremental;
  });
  if (!any && asked) {
    return usage_error(fmt::format("no Snowplow package in {}", loaded->project.manifest_file()),
                       "give the manifest of a project that has one");
  }
  if (!any) return nullptr;
  std::ranges::move(of_project, std::back_inserter(warnings));
  return std::make_unique<NearProject>(
      NearProject{std::move(loaded->project), std::move(*packages), ProjectYaml::read(folder)});
}

}  // namespace plowline
