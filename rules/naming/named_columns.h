// The columns of a node as rules about their names see them: as they are declared, or as catalog.json has them.
//
// A warehouse that keeps names without quotes in capitals (Snowflake, Oracle) reports `ORDER_ID` where everybody writes
// order_id: such a name has two spellings, and a rule is content with either. Of a field within a column
// (`address.city`) the field's own name counts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/lint_project.h"

namespace plowline {

struct NamedColumn {
  std::string_view written;  // as the file or the catalog has it
  std::string name;          // without quotes, without the column that a field lies in
  std::string lower;         // the same in lower case where only the warehouse made it capital; else as `name`
  std::string_view type;     // may be empty
};

std::vector<NamedColumn> declared_columns(const LintProject& project, NodeId id);
// None where the catalog does not have the node, or there is no catalog.
std::vector<NamedColumn> catalog_columns(const LintProject& project, NodeId id);

}  // namespace plowline
