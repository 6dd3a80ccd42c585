// Constraints of models: what dbt tells the warehouse to hold the table to.
//
// They stand at a column, for that column, or at the model, for the columns that they name. dbt writes them into the
// table's definition only where the contract is enforced.
#pragma once

#include <string>
#include <vector>

#include "lint/lint_project.h"

namespace plowline {

struct ModelConstraint {
  std::string type;                  // `not_null`, `unique`, `primary_key`, `foreign_key`, `check`, `custom`
  std::vector<std::string> columns;  // of one at a column, that column
  std::string expression;            // may be empty
  bool at_column = false;
};

// In the order of the columns.
std::vector<ModelConstraint> column_constraints(const LintProject& project, NodeId id);
// Cost: a pass over the whole record; ask for few nodes.
std::vector<ModelConstraint> model_constraints(const LintProject& project, NodeId id);

}  // namespace plowline
