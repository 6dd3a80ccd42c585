#include "graph/walk.h"

#include <span>
#include <vector>

namespace plowline {
namespace {

template <typename Next>
NodeSet reach(const Project& project, const NodeSet& start, std::size_t depth, const NodeSet* within, Next next) {
  NodeSet reached(project.size());
  std::vector<NodeId> level = start.ids();
  std::vector<NodeId> following;
  for (std::size_t step = 0; step < depth && !level.empty(); ++step) {
    following.clear();
    for (const NodeId id : level) {
      for (const NodeId neighbour : next(id)) {
        if (reached.contains(neighbour) || (within != nullptr && !within->contains(neighbour))) continue;
        reached.insert(neighbour);
        // A start node was walked from at the first step already.
        if (!start.contains(neighbour)) following.push_back(neighbour);
      }
    }
    level.swap(following);
  }
  return reached;
}

}  // namespace

NodeSet ancestors(const Project& project, const NodeSet& start, std::size_t depth, const NodeSet* within) {
  return reach(project, start, depth, within, [&](NodeId id) { return project.parents(id); });
}

NodeSet descendants(const Project& project, const NodeSet& start, std::size_t depth, const NodeSet* within) {
  return reach(project, start, depth, within, [&](NodeId id) { return project.children(id); });
}

}  // namespace plowline
