// The lines of `dbt ls`, one per node.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diagnostic/error.h"
#include "project/project.h"

namespace plowline {

enum class ListOutput { kSelector, kName, kPath, kJson };

// dbt's words: selector, name, path, json; an error names them.
Result<ListOutput> list_output_from(std::string_view word);

// The node as `dbt ls --output …` prints it, without the line's end.
//   selector  the fqn joined by dots; `source:package.name.table`, `exposure:package.name`, …, for those kinds
//   name      the name; `name.vN` for versioned models, `name.table` for sources
//   path      the file, relative to the package's folder
//   json      the manifest's record as Python writes it (`, ` and `: `, non-ASCII escaped): dbt's ten default keys, or
//             those of `keys` in the order asked for. A key with dots looks into objects, and is left out where it
//             leads nowhere or to null.
// Errors: a record whose JSON is broken.
Result<std::string> listed(const Project& project, NodeId id, ListOutput output,
                           const std::vector<std::string>& keys = {});

}  // namespace plowline
