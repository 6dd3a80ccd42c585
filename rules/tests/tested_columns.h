// The columns of models, as their YAML or the warehouse has them, and the tests on each.
#pragma once

#include <string_view>
#include <vector>

#include "lint/lint_project.h"
#include "rules/tests/project_tests.h"

namespace plowline {

// The names of the node's columns. `source` is `declared`: those in YAML; or `catalog`: those that its table in
// catalog.json has, none where there is no catalog or no such table.
std::vector<std::string_view> columns_from(const LintProject& project, NodeId id, std::string_view source);

inline constexpr const char* kColumnSourceOption =
    "Where columns come from: the YAML files, or catalog.json (where a table is not in it, nothing is said).";

// Which columns of a node have a test of their own: for who asks about all of them.
class TestedColumns {
 public:
  TestedColumns(const LintProject& project, NodeId id);
  // Letter case apart.
  bool has(std::string_view column) const;

 private:
  std::vector<std::string_view> names_;  // sorted, letter case apart
};

// The tests that are attached to that column, letter case apart, in the order of their ids.
std::vector<const ProjectTest*> tests_on_column(const LintProject& project, NodeId id, std::string_view column);

}  // namespace plowline
