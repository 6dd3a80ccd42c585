#include "cli/configured_projects.h"

#include <system_error>
#include <utility>

#include "lint/config.h"
#include "query/sql_rule.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

Result<LintConfig> read_config(const std::string& config) {
  if (!config.empty()) return read_lint_config(config, read_sql_rules);
  const auto found = find_lint_config();
  if (!found) return std::unexpected(found.error());
  return *found ? read_lint_config(**found, read_sql_rules) : LintConfig();
}

}  // namespace

Result<std::vector<ConfiguredProject>> configured_projects(const ProjectFlags& flags, const std::string& config) {
  const auto read = read_config(config);
  if (!read) return std::unexpected(read.error());
  const bool names_project = !flags.manifest.empty() || !flags.project_dir.empty();
  if (read->projects.empty() || names_project) return std::vector{ConfiguredProject{flags, read->state}};
  std::vector<ConfiguredProject> projects;
  for (const ProjectEntry& entry : read->projects) {
    ConfiguredProject project{flags, entry.state};
    project.flags.project_dir = entry.path.string();
    project.flags.manifest = entry.manifest.string();
    project.flags.target_path = entry.target_path.string();
    projects.push_back(std::move(project));
  }
  return projects;
}

fs::path from_here(const fs::path& path) {
  if (path.is_relative()) return path;
  std::error_code error;
  const fs::path here = fs::current_path(error);
  const fs::path way = error ? fs::path() : path.lexically_relative(here);
  return way.empty() ? path : way;
}

Flag config_flag(std::string& config) {
  return {.names = {"--config"},
          .description = "the configuration that lists the projects; default: the nearest plowline.yml upward",
          .kind = ValueKind::kFile,
          .value_name = "FILE",
          .target = &config};
}

}  // namespace plowline
