// Which columns hold personal data: those that are marked, and what other nodes make of them.
//
// A column is followed by its name: a model has the column of a parent where it declares it, the catalog has it, or its
// query names it. Where a model's columns cannot be told the column is taken to pass through. It ends where the model
// or its column is marked as masked, and where the query gives the column as the result of a function that hides values
// (a hash, a cut, a constant). A column that gets another name is not followed.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "graph/node_set.h"
#include "lint/lint_project.h"

namespace plowline {

struct PiiMarks {
  std::string tag;  // a tag or a value of meta (letter case apart), or a key of meta that is true; of a column or node
  std::string masked_key;  // a key of meta that is true, or a tag: of a column or a whole node
};

struct PiiColumn {
  std::string name;    // as the origin declares it; empty: the node as a whole
  NodeId origin;       // where it is marked
  NodeId from;         // the parent that it comes from; the node itself where it is marked there
  bool known = false;  // the node is known to have the column
};

// By node; of `nodes`, and of what is upstream of these. Cost: one look at the bytes of all columns there; the columns
// and code of what lies downstream of marked ones.
using PiiColumns = std::unordered_map<NodeId, std::vector<PiiColumn>>;
PiiColumns pii_columns(const LintProject& project, const PiiMarks& marks, const NodeSet& nodes);

}  // namespace plowline
