// Nodes that lie somewhere else than in the earlier manifest, sorted by what moved them.
#pragma once

#include <string>
#include <vector>

#include "lint/lint_project.h"
#include "lint/rule_scope.h"
#include "rules/schema/targets.h"
#include "state/diff.h"
#include "state/diff_values.h"

namespace plowline {

// Whether the node has a custom schema in one of the two manifests only, and not because of the target.
bool custom_schema_differs(const LintProject& project, NodeId id, NodeId previous);

// For group_moves(); `node.unique_id` leads back to the node.
MovedNode moved_node(const LintProject& project, const PlacedPair& pair);

// The nodes of a group, in its order.
std::vector<NodeId> nodes_of(const LintProject& project, const MoveGroup& group);

// What becomes of the table that a node leaves, as an end of a sentence: `dbt builds it anew there and leaves the old
// table behind, which …`. With words about Snowplow's manifest row for models with a package's tag.
std::string left_behind(const LintProject& project, NodeId id);

}  // namespace plowline
