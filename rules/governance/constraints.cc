#include "rules/governance/constraints.h"

#include <utility>

#include "lint/record_member.h"

namespace plowline {
namespace {

// Rules are run by several threads.
void keep(const LintProject& project, Error error) {
  error.file = project.project().manifest_file();
  error.position.offset.reset();
  project.keep_error(std::move(error));
}

std::vector<ModelConstraint> read(const LintProject& project, RawJson raw) {
  std::vector<ModelConstraint> constraints;
  if (raw.bytes.size() <= 2) return constraints;
  const auto checked = check(raw);
  if (!checked) {
    keep(project, checked.error());
    return constraints;
  }
  for (const JsonText& item : checked->items()) {
    ModelConstraint& constraint = constraints.emplace_back();
    if (const auto type = item.get("type")) constraint.type = type->string().value_or("");
    if (const auto columns = item.get("columns")) constraint.columns = columns->strings();
    if (const auto expression = item.get("expression")) constraint.expression = expression->string().value_or("");
  }
  return constraints;
}

}  // namespace

std::vector<ModelConstraint> column_constraints(const LintProject& project, NodeId id) {
  std::vector<ModelConstraint> all;
  for (const Column& column : project.columns(id)) {
    for (ModelConstraint& constraint : read(project, column.constraints)) {
      constraint.columns = {std::string(column.name)};
      constraint.at_column = true;
      all.push_back(std::move(constraint));
    }
  }
  return all;
}

std::vector<ModelConstraint> model_constraints(const LintProject& project, NodeId id) {
  static const RecordMember kConstraints("constraints");
  return read(project, kConstraints.of(project, id));
}

}  // namespace plowline
