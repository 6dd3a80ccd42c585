// The project that a backfill command may know more by, and can do without.
#pragma once

#include <memory>

#include "cli/project_input.h"
#include "diagnostic/error.h"
#include "project/project.h"
#include "snowplow/packages.h"
#include "source/project_yaml.h"

namespace plowline {

struct NearProject {
  Project project;
  SnowplowPackages packages;
  ProjectYaml yaml;
};

// The project that the flags name, or, where they name none, the one that is near; null where there is none, or none
// with a Snowplow package. `needed`: there has to be one. Errors: those of load_project(), where the project is named
// or needed; else they are a warning (`project-not-read`).
Result<std::unique_ptr<NearProject>> open_near_project(const ProjectFlags& flags, bool needed, Warnings& warnings);

}  // namespace plowline
