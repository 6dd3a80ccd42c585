#include "rules/change/model_coverage.h"

#include "rules/documentation/described.h"
#include "rules/tests/project_tests.h"
#include "rules/tests/tested_columns.h"

namespace plowline {

bool is_tested(const LintProject& project, NodeId model) {
  bool tested = false;
  project.index<ProjectTests>().for_each_of(model,
                                            [&](const ProjectTest& test) { tested |= test.kind != TestKind::kUnit; });
  return tested;
}

CoveredShare described_columns(const LintProject& project, NodeId model) {
  CoveredShare share;
  for (const Column& column : project.columns(model)) share.count(has_description(column.description));
  return share;
}

CoveredShare tested_columns(const LintProject& project, NodeId model, std::string_view source) {
  CoveredShare share;
  const std::vector<std::string_view> columns = columns_from(project, model, source);
  if (columns.empty()) return share;
  const TestedColumns tested(project, model);
  for (const std::string_view column : columns) share.count(tested.has(column));
  return share;
}

CoveredShare& operator+=(CoveredShare& sum, const CoveredShare& share) {
  sum.covered += share.covered;
  sum.all += share.all;
  return sum;
}

}  // namespace plowline
