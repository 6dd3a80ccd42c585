// The names of nodes in messages.
//
// A name alone is not enough where several nodes have it: tables of sources are named with their source, versions of a
// model with their number.
#pragma once

#include <string>

#include "lint/lint_project.h"

namespace plowline {

// `stg_orders`; of a version `dim_customers.v2`; of a source's table `raw.orders`. As the manifest has it: for lists
// (diagnostic/name_list.h), which make it printable, and to compare.
std::string dotted_name(const NodeRecord& node);
// The same, printable.
std::string readable_name(const NodeRecord& node);
std::string readable_name(const LintProject& project, NodeId id);
// The same with what the node is, where that is no model: `the source raw.orders`, `the saved query weekly`.
std::string spoken_name(const NodeRecord& node);

}  // namespace plowline
