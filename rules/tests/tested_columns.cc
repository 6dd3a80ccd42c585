#include "rules/tests/tested_columns.h"

#include <algorithm>

#include "source/property_file.h"

namespace plowline {
namespace {

bool comes_before_by_letters(std::string_view a, std::string_view b) {
  return std::ranges::lexicographical_compare(a, b, {}, ascii_lower, ascii_lower);
}

}  // namespace

std::vector<std::string_view> columns_from(const LintProject& project, NodeId id, std::string_view source) {
  std::vector<std::string_view> names;
  if (source != "catalog") {
    for (const Column& column : project.columns(id)) names.push_back(column.name);
    return names;
  }
  if (project.catalog() == nullptr) return names;
  const CatalogTable* table = project.catalog()->find(project.node(id).unique_id);
  if (table == nullptr) return names;
  for (const CatalogColumn& column : table->columns) names.push_back(column.name);
  return names;
}

TestedColumns::TestedColumns(const LintProject& project, NodeId id) {
  project.index<ProjectTests>().for_each_of(id, [&](const ProjectTest& test) {
    if (test.kind == TestKind::kGeneric && !test.column.empty()) names_.push_back(test.column);
  });
  std::ranges::sort(names_, comes_before_by_letters);
}

bool TestedColumns::has(std::string_view column) const {
  return std::ranges::binary_search(names_, column, comes_before_by_letters);
}

std::vector<const ProjectTest*> tests_on_column(const LintProject& project, NodeId id, std::string_view column) {
  std::vector<const ProjectTest*> tests;
  project.index<ProjectTests>().for_each_of(id, [&](const ProjectTest& test) {
    if (test.kind == TestKind::kGeneric && !test.column.empty() && same_letters(test.column, column)) {
      tests.push_back(&test);
    }
  });
  return tests;
}

}  // namespace plowline
