// Descriptions held against the comments that the catalog has of tables and columns.
#pragma once

#include <string>
#include <vector>

#include "rules/schema/catalog_tables.h"

namespace plowline {

struct CommentComparison {
  bool case_insensitive = false;
  bool prefix_only = false;  // the one need only begin with the other
  // Also comments that persist_docs does not write: of sources, of views, and where it is off. A comment that is not
  // there then counts only where persist_docs should have written it.
  bool unpersisted = false;
};

// What of the node has a comment that is not its description: `the table`, and columns by their names. A comment that
// the warehouse cut off is the same.
std::vector<std::string> differing_comments(const LintProject& project, const CataloguedNode& node,
                                            const CommentComparison& comparison);

}  // namespace plowline
