// The flags that say which project is meant, and the way from them to a Project.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "artifact/locate.h"
#include "cli/command_line.h"
#include "diagnostic/error.h"
#include "project/project.h"

namespace plowline {

struct ProjectFlags {
  std::string manifest;
  std::string project_dir;
  std::string target_path;
  bool require_fresh = false;
};

// --manifest, --project-dir, --target-path, --require-fresh.
std::vector<Flag> flags_of(ProjectFlags& flags);

struct LoadedProject {
  Project project;
  Location location;
};

// Where the project's artifacts lie. Errors: those of locate().
Result<Location> locate_project(const ProjectFlags& flags, Warnings& warnings);

// Reads the manifest that was located, builds the Project, and compares the manifest with the project's files where
// these are at hand. Errors: those of read_manifest() and Project::build(); with --require-fresh also that a file is
// newer.
Result<LoadedProject> load_project(const ProjectFlags& flags, Location location, Warnings& warnings);

// Both in one.
Result<LoadedProject> load_project(const ProjectFlags& flags, Warnings& warnings);

}  // namespace plowline
