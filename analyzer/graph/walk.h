// Walks over a Project's edges.
#pragma once

#include <cstddef>
#include <limits>

#include "graph/node_set.h"
#include "project/project.h"

namespace plowline {

inline constexpr std::size_t kAnyDepth = std::numeric_limits<std::size_t>::max();

// Everything upstream (downstream) of `start` within `depth` edges; `start` itself is in the result only where it is
// upstream (downstream) of another start. `within`: only nodes of this set are visited; a walk does not pass
// through others. Cost: O(nodes + edges reached).
NodeSet ancestors(const Project& project, const NodeSet& start, std::size_t depth = kAnyDepth,
                  const NodeSet* within = nullptr);
NodeSet descendants(const Project& project, const NodeSet& start, std::size_t depth = kAnyDepth,
                    const NodeSet* within = nullptr);

}  // namespace plowline
