#include "snowplow/lineage.h"

#include "graph/walk.h"

namespace plowline {

NodeSet reached_by(const Project& project, const SnowplowPackages& packages, const SnowplowPackage& package) {
  NodeSet own(project.size());
  for (std::size_t i = 0; i < project.size(); ++i) {
    const NodeId id{static_cast<std::uint32_t>(i)};
    if (packages.owning(project, id) == &package) own.insert(id);
  }
  NodeSet reached = descendants(project, own);
  reached |= own;
  return reached;
}

}  // namespace plowline
