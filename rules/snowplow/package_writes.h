// Statements that change rows of the tables of Snowplow's packages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rules/snowplow/installed_tables.h"

namespace plowline {

struct PackageWrite {
  std::string_view verb;  // for messages: `deletes from`
  InstalledTables::Table table;
  std::string name;        // as written; of a ref(), the node's
  std::size_t offset = 0;  // of the name, or of the Jinja expression with the ref()
  std::size_t length = 0;
};

// The INSERTs, UPDATEs, DELETEs, MERGEs, TRUNCATEs and DROPs of a text, in its order, whose table is one of `tables`.
// By ref() that is a node that the package builds; by its name it may be one of its sources as well. O(text).
std::vector<PackageWrite> package_writes(const SqlText& sql, const InstalledTables& tables);

}  // namespace plowline
