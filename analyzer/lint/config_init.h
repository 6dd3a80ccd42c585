// The plowline.yml that `plowline init` writes: what can be seen of the project is filled in, everything else stands
// there as a comment.
//
// In the text a comment is `#` and a blank; a setting that is switched off is `#` alone, so that taking all such `#`
// away gives a configuration that is read without errors too (a test does that).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "artifact/dbt_project_file.h"
#include "diagnostic/error.h"

namespace plowline {

// A dbt project as init sees it. Paths are relative to the folder in which plowline.yml comes to lie.
struct SeenProject {
  std::filesystem::path path;  // empty: that folder itself
  std::string name;
  bool snowplow = false;            // packages.yml asks for a Snowplow package, or one is installed
  std::filesystem::path state;      // a folder with production's manifest.json; empty: none seen
  std::vector<std::string> layers;  // the folders of its models, `models/marts`; sorted
};

struct SeenProjects {
  std::filesystem::path folder;  // where plowline.yml belongs; empty: the working directory
  std::vector<SeenProject> projects;
};

// Looks for the dbt project around `start` (empty: the working directory; upward to a folder with a .git), or, where
// there is none, for those up to three levels below it. Cost: folders are listed, and a few small files read. Errors:
// no project (exit status 3), a dbt_project.yml that cannot be read.
Result<SeenProjects> look_for_projects(const std::filesystem::path& start, const Environment& environment,
                                       Warnings& warnings);

// The text of the file. Same input, same bytes.
std::string initial_config(const SeenProjects& seen);

}  // namespace plowline
