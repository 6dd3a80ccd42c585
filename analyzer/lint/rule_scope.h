// Which nodes a rule may look at.
//
// The engine makes it from the configuration (`where:`, `except:`, packages) and from what changed. A rule reports on
// nodes of its scope only; for what it has to know it may look at the whole project.
#pragma once

#include <string_view>

#include "graph/node_set.h"
#include "project/project.h"

namespace plowline {

class RuleScope {
 public:
  // Both must outlive the scope.
  RuleScope(const Project& project, const NodeSet& nodes) : project_(project), nodes_(nodes) {}

  bool contains(NodeId id) const { return nodes_.contains(id); }
  const NodeSet& nodes() const { return nodes_; }

  // Visits the nodes of that type in the order of their ids.
  template <typename F>
  void for_each(ResourceType type, F&& visit) const {
    nodes_.for_each([&](NodeId id) {
      if (project_.type(id) == type) visit(id);
    });
  }

 private:
  const Project& project_;
  const NodeSet& nodes_;
};

}  // namespace plowline
