// Regular expressions over the paths of files, as other linters narrow their checks with, in dbt's selection language.
//
// A regular expression matches a part of a path, and `path:` of dbt names whole files and folders: `^models/stag` takes
// whatever begins so, and `path:models/stag` takes nothing where no folder is called that. So what is written is a
// folder or a file where the pattern ends at one, and one of dbt's globs (`path:models/stag*`) else; where the files of
// the projects are there to look at, selectors that would not take the same files are not written at all.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "lint/config_init.h"

namespace plowline {

struct PathPattern {
  std::string text;
  // Python's `re.search`: the match may begin anywhere. Else `re.match`: at the path's start.
  bool anywhere = false;
  bool ignore_case = false;
  // A slash at the pattern's start may stand before the path's first folder, too.
  bool rooted = false;
};

struct PathSelectors {
  bool everything = false;             // the pattern narrows nothing
  std::vector<std::string> selectors;  // `path:models/marts`; each file that the pattern matches is in one of them
};

// Why patterns cannot be said in dbt's language.
struct PathsUnsaid {
  std::string reason;
  bool nothing_there = false;  // no file of the projects has such a path
};

class PathPatterns {
 public:
  // No project is known: what a pattern says is all there is.
  PathPatterns();
  // Paths in patterns are relative to the projects' own folders, or, where `base` is given, to that folder.
  PathPatterns(const SeenProjects& seen, const std::filesystem::path& base);
  ~PathPatterns();
  PathPatterns(PathPatterns&&) noexcept;

  // Any of the patterns is enough. Cost: the first pattern lists the projects' folders.
  std::expected<PathSelectors, PathsUnsaid> selectors_for(const std::vector<PathPattern>& patterns) const;

 private:
  struct Tree;
  std::vector<std::unique_ptr<Tree>> trees_;  // one for each project
};

// The folder that the paths of pre-commit are relative to: the nearest one with a .git, from the file's on upward; the
// file's own where there is none.
std::filesystem::path repository_of(const std::filesystem::path& file);

// What is in both: each selector of one with each of the other. An empty list stands for everything.
std::vector<std::string> in_both(const std::vector<std::string>& some, const std::vector<std::string>& others);

}  // namespace plowline
