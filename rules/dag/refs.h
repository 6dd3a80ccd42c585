// The ref() calls that dbt found in a node when it parsed it, resolved or not (`refs` of the manifest).
#pragma once

#include <string>
#include <vector>

#include "artifact/manifest.h"

namespace plowline {

struct WrittenRef {
  std::string name;
  std::string package;  // empty where none is written
  std::string version;  // empty where none is written
};

// As dbt 1.5 and later write them ({name, package, version}), or before ([name], [package, name]). Parses the record's
// `refs` each time.
std::vector<WrittenRef> refs_of(const NodeRecord& node);

// No fewer than the number of refs, without parsing: one for each bracket that opens.
std::size_t most_refs_of(const NodeRecord& node);

}  // namespace plowline
