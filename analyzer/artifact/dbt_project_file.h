// dbt_project.yml: where a dbt project keeps its files.
//
// Only what says where files lie is read: the project's name, version and profile, its target path, the folder of its
// packages, and one list of folders per resource type. Everything else (configs, vars, hooks) is in the manifest, as
// dbt resolved it. A value may hold Jinja; `{{ env_var('NAME', 'default') }}`, the one form that is common there, is
// resolved, and of anything else a warning says what is taken in its place.
//
// What a key that is not written stands for depends on dbt's version (`data` became `seeds` in 1.0), so DbtProjectFile
// holds what is written, and folders_of() adds dbt's defaults. Rules: dbt-core's config/project.py.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"

namespace plowline {

// The value of an environment variable; nothing where it is not set. Passed in, so that a result depends on nothing
// but its arguments.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;
// This process's own environment.
Environment process_environment();

// `major.minor` of a dbt version such as `1.11.14` or `2.0.0-beta.2`.
struct DbtVersion {
  int major = 0;
  int minor = 0;
  auto operator<=>(const DbtVersion&) const = default;
};
std::optional<DbtVersion> dbt_version_from(std::string_view text);

struct DbtProjectFile {
  using Folders = std::optional<std::vector<std::string>>;  // nothing: the key is not written, or null

  std::string name;     // empty where there is none (dbt refuses such a project)
  std::string version;  // as written
  std::string profile;
  std::optional<std::string> target_path;
  std::optional<std::string> packages_install_path;  // or `modules-path`, as it was called before dbt 1.0
  Folders model_paths;                               // or `source-paths`
  Folders seed_paths;                                // or `data-paths`
  Folders snapshot_paths;
  Folders analysis_paths;
  Folders macro_paths;
  Folders test_paths;
  Folders docs_paths;
  Folders asset_paths;
  Folders function_paths;
};

// Reads `file`, a dbt_project.yml. A list's element whose Jinja cannot be resolved is left out, any other such value
// counts as not written. Errors (exit status 3, with line and column): not readable, not YAML, not a map, a value of
// the wrong kind, an old and a new spelling of one key. Warnings: Jinja that cannot be resolved, and a key written
// twice (dbt takes the later one, and so does this).
Result<DbtProjectFile> read_dbt_project_file(const std::filesystem::path& file, const Environment& environment,
                                             Warnings& warnings);

// Folders relative to the project's, as written.
struct ProjectFolders {
  std::vector<std::string> models;
  std::vector<std::string> seeds;
  std::vector<std::string> snapshots;
  std::vector<std::string> analyses;
  std::vector<std::string> macros;
  std::vector<std::string> tests;  // singular tests; generic ones lie in `generic` below, fixtures in `fixtures`
  std::vector<std::string> functions;
  std::vector<std::string> docs;
  std::vector<std::string> assets;
  std::string packages;
};

// `file` with the defaults of that dbt version; of the newest one where the version is not known.
ProjectFolders folders_of(const DbtProjectFile& file, std::optional<DbtVersion> version);

}  // namespace plowline
