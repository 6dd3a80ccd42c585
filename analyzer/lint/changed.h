// Linting only what changed: from files to the nodes that they make.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "graph/node_set.h"
#include "lint/lint_project.h"
#include "lint/rule_scope.h"
#include "selection/select.h"

namespace plowline {

struct ChangedScope {
  NodeSet nodes;
  // Paths of the given files that are the project's, relative to its folder, with `/`. Findings that are about no node
  // count where they are placed in one of these, but for those about `macros`.
  std::set<std::string> files;
  MacroSet macros;  // the root project's that the files define or describe
  // dbt_project.yml or packages.yml changed: everything counts.
  bool everything = false;
};

// What the files make, relative to the working directory or absolute:
//   a model, seed, snapshot, test, analysis   its nodes and the tests that read them
//   a YAML file                               what is described or defined in it, and its tests
//   a Markdown file                           the nodes whose descriptions take a doc block from it (dbt writes these
//                                             since 1.9)
//   a macro file                              what calls its macros, however far
//   selectors.yml                             what its selectors select
//   dbt_project.yml, packages.yml, dependencies.yml, package-lock.yml   every node
// Files that mean nothing to the project are passed over. A file that is gone counts like one that changed. Cost: one
// pass over the nodes. Errors: a selector that cannot be evaluated.
Result<ChangedScope> changed_scope(const LintProject& project, Selector& selector,
                                   const std::vector<std::filesystem::path>& files, Warnings& warnings);

// The files that lie in `folder` (empty: the working directory), relative to it, with `/`. Symbolic links are followed
// as far as a path exists.
std::set<std::string> files_below(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& files);

// The root project's nodes that the files themselves define or describe, and nothing that follows from these.
NodeSet nodes_of_files(const LintProject& project, const std::vector<std::filesystem::path>& files);

}  // namespace plowline
