// What `plowline fresh` prints: the files that a manifest does not know as they are now.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "diagnostic/error.h"
#include "project/freshness.h"

namespace plowline {

struct ProjectFreshness {
  std::string name;              // the root project's
  std::string manifest;          // the file, as it was named or found
  std::filesystem::path folder;  // the project's, which the changes' paths are relative to
  FileChanges changes;           // a comparison that was made; perhaps narrowed to some files
};

// One line per file, named from the working directory: `models/x.sql: changed since target/manifest.json was written`.
// Empty where all projects are fresh.
std::string freshness_text(const std::vector<ProjectFreshness>& projects);

// The document that schemas/fresh.schema.json describes. Ends with a line feed.
std::string freshness_json(const std::vector<ProjectFreshness>& projects, const Warnings& warnings);

}  // namespace plowline
