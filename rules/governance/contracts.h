// Contracts of models: what dbt enforces when it builds them.
#pragma once

#include "lint/lint_project.h"

namespace plowline {

// Whether the model's contract is enforced: its record or its config says so.
bool contract_enforced(const LintProject& project, NodeId id);

}  // namespace plowline
