// Where the artifacts of a dbt project lie.
//
// The rules are dbt's own, so that plowline reads what the last dbt command wrote, when it is called the same way from
// the same place (dbt-core: cli/params.py, cli/resolvers.py, config/project.py):
//
//   project folder  --project-dir, else DBT_ENGINE_PROJECT_DIR, else DBT_PROJECT_DIR, else the nearest folder with a
//                   dbt_project.yml from the working directory upward
//   target folder   --target-path, else DBT_ENGINE_TARGET_PATH, else DBT_TARGET_PATH, else `target-path` of
//                   dbt_project.yml, else `target`; relative to the project folder
//
// A variable that is set but empty counts as not set. `--manifest` names the file itself and needs no project.
// Nothing is ever chosen among several: what lies near is named in the error, for the user to choose from.
#pragma once

#include <filesystem>
#include <optional>

#include "artifact/dbt_project_file.h"
#include "diagnostic/error.h"

namespace plowline {

struct LocateOptions {
  std::filesystem::path manifest;           // --manifest FILE, `-` for standard input; empty: not given
  std::filesystem::path target_path;        // --target-path; empty: not given
  std::filesystem::path project_dir;        // --project-dir; empty: not given
  std::filesystem::path working_directory;  // what all of these are relative to; empty: the process's own
};

struct Location {
  std::filesystem::path manifest;  // exists (or is `-`)
  // The project's folder and its dbt_project.yml. With --manifest alone they are known only where the file lies in the
  // target folder of a project: a manifest from elsewhere may describe another state of it.
  std::filesystem::path project_dir;  // empty: not known
  std::optional<DbtProjectFile> project_file;
  // The artifacts beside the manifest, whether they exist or not; empty where the manifest is standard input.
  std::filesystem::path catalog;
  std::filesystem::path run_results;
  std::filesystem::path sources;
};

// Finds them. Paths are as short as the user's own: relative where what they come from is. Cost: a few file lookups;
// before an error, also the folders two levels below are searched for projects. Errors: no manifest where it should
// be, no project (exit status 3); a named folder that is no project, or --manifest together with --target-path (exit
// status 2); whatever is wrong with dbt_project.yml. Warnings: those of dbt_project.yml.
Result<Location> locate(const LocateOptions& options, const Environment& environment, Warnings& warnings);

}  // namespace plowline
