// The dbt projects that a command is about: the one that its flags name, or all that plowline.yml lists.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/project_input.h"
#include "diagnostic/error.h"

namespace plowline {

struct ConfiguredProject {
  ProjectFlags flags;
  std::filesystem::path state;  // the folder that the configuration gives for --state; empty: none
};

// `config` is --config; where it is empty the nearest plowline.yml upward is read, if there is one. Flags that name a
// project win over the configuration's `projects`. At least one project. Errors: those of read_lint_config().
Result<std::vector<ConfiguredProject>> configured_projects(const ProjectFlags& flags, const std::string& config);

// `path` as it is seen from the working directory: of an absolute one, as the nearest project upward has it, the way
// there. What is printed, and kept in files, is then the same on every machine.
std::filesystem::path from_here(const std::filesystem::path& path);

// --config.
Flag config_flag(std::string& config);

}  // namespace plowline
