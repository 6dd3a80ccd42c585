#include "rules/tests/tested_columns.h"

#include "source/property_file.h"

namespace plowline {

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
