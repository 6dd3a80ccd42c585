#include "cli/project_input.h"

#include <utility>

#include "artifact/manifest.h"
#include "project/freshness.h"

namespace plowline {

std::vector<Flag> flags_of(ProjectFlags& flags) {
  return {
      {.names = {"--manifest"},
       .description = "the manifest.json to read, or - for standard input; default: the project's own",
       .kind = ValueKind::kFile,
       .value_name = "FILE",
       .target = &flags.manifest},
      {.names = {"--project-dir"},
       .description = "the dbt project's folder; default: the nearest one upward that has a dbt_project.yml",
       .kind = ValueKind::kDirectory,
       .value_name = "DIR",
       .environment = "DBT_PROJECT_DIR",
       .target = &flags.project_dir},
      {.names = {"--target-path"},
       .description = "the folder with dbt's artifacts; default: the project's own",
       .kind = ValueKind::kDirectory,
       .value_name = "DIR",
       .environment = "DBT_TARGET_PATH",
       .target = &flags.target_path},
      {.names = {"--require-fresh"},
       .description = "fail where the manifest is older than the project's files",
       .target = &flags.require_fresh},
  };
}

Result<Location> locate_project(const ProjectFlags& flags, Warnings& warnings) {
  return locate({.manifest = flags.manifest, .target_path = flags.target_path, .project_dir = flags.project_dir},
                process_environment(), warnings);
}

Result<LoadedProject> load_project(const ProjectFlags& flags, Warnings& warnings) {
  auto location = locate_project(flags, warnings);
  if (!location) return std::unexpected(std::move(location.error()));
  return load_project(flags, std::move(*location), warnings);
}

Result<LoadedProject> load_project(const ProjectFlags& flags, Location location, Warnings& warnings) {
  auto manifest = read_manifest(location.manifest, warnings);
  if (!manifest) return std::unexpected(std::move(manifest.error()));
  auto project = Project::build(std::move(*manifest), warnings);
  if (!project) return std::unexpected(std::move(project.error()));
  const FileChanges changes = compare_with_files(*project, location);
  if (changes.any() && flags.require_fresh) return std::unexpected(older_than_files_error(changes, location));
  if (changes.any()) warnings.push_back(older_than_files_warning(changes, location));
  if (flags.require_fresh && !changes.not_compared.empty()) {
    return input_error(location.manifest.string(), {},
                       "cannot be compared with the project's files: " + changes.not_compared,
                       "run it where the project's files are, or leave --require-fresh out");
  }
  return LoadedProject{std::move(*project), std::move(location)};
}

}  // namespace plowline
