// Which nodes stand downstream of a Snowplow package.
#pragma once

#include "graph/node_set.h"
#include "project/project.h"
#include "snowplow/packages.h"

namespace plowline {

// The package's own nodes and everything downstream of them. Cost: O(nodes + edges).
NodeSet reached_by(const Project& project, const SnowplowPackages& packages, const SnowplowPackage& package);

}  // namespace plowline
