// What ColumnChanges takes from the catalogs and from the adapters' names of types.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lint/lint_project.h"

namespace plowline {

// False only where the two are known to be different types of the project's warehouse, lengths apart: `int8` and
// `bigint` are one, and of words that nobody knows nothing is said.
bool may_be_one_type(const LintProject& project, std::string_view a, std::string_view b);

struct CatalogColumns {
  using Columns = std::vector<std::pair<std::string, std::string>>;  // name and type, in the table's order
  Columns before;
  Columns now;
};

// The node's columns in the catalogs of both projects; nothing where one of the two does not have its table.
std::optional<CatalogColumns> columns_of_both_catalogs(const LintProject& project, NodeId id, NodeId previous);
bool in_both_catalogs(const LintProject& project, NodeId id, NodeId previous);

}  // namespace plowline
