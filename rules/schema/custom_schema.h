// Custom schemas that a node lacks.
#pragma once

#include <string_view>

#include "lint/lint_project.h"

namespace plowline {

// Whether somebody wrote a schema config for the node, even an empty one (`+schema: null` is how dbt's users put a node
// back into the target's own schema).
bool schema_is_written(const LintProject& project, NodeId id);

// The folder of the node's file: `models/custom`.
std::string_view folder_of(const NodeRecord& node);

}  // namespace plowline
