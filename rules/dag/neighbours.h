// Who reads whom: the neighbours of a node in the graph as rules about the graph's shape count them.
//
// Unless a rule asks for other types, the conventions are dbt-project-evaluator's: parents are what a query reads
// (models, seeds, snapshots, sources), children are what dbt builds from it (models, snapshots). Disabled nodes are
// neither for any rule.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint_project.h"
#include "lint/node_name.h"
#include "lint/rule.h"

namespace plowline {

// A set of resource types.
class TypesOfNodes {
 public:
  constexpr TypesOfNodes(std::initializer_list<ResourceType> types) {
    for (const ResourceType type : types) bits_ |= bit(type);
  }
  constexpr bool has(ResourceType type) const { return (bits_ & bit(type)) != 0; }
  // Those of dbt's words (`model`, `source`).
  static TypesOfNodes of_words(const std::vector<std::string>& words);

 private:
  static constexpr std::uint32_t bit(ResourceType type) { return std::uint32_t{1} << static_cast<unsigned>(type); }
  std::uint32_t bits_ = 0;
};

inline constexpr TypesOfNodes kReadableTypes = {ResourceType::kModel, ResourceType::kSeed, ResourceType::kSnapshot,
                                                ResourceType::kSource};
inline constexpr TypesOfNodes kBuiltTypes = {ResourceType::kModel, ResourceType::kSnapshot};

// The enabled ones among the direct parents (children) of those types, in the order of their ids.
std::vector<NodeId> parents_of_types(const LintProject& project, NodeId id, TypesOfNodes types);
std::vector<NodeId> children_of_types(const LintProject& project, NodeId id, TypesOfNodes types);

// `a, b and 3 more`, printable.
std::string spoken_names(const LintProject& project, const std::vector<NodeId>& ids);

// The ref() or source() by which `reader` names `parent` in its code; the reader itself where it cannot be found (a
// macro makes it, a Python model, an exposure). Cost: reads the code; for findings only.
Anchor place_of_reading(const LintProject& project, NodeId reader, NodeId parent);

// Whether `layers` has the layer of that node.
bool in_layers(const LintProject& project, NodeId id, const std::vector<std::string>& layers);

// Calls visit(child, parent) for each edge from a node of `parents` to a node of the scope of type `children`; both
// enabled, in the order of the children's ids.
template <typename Visit>
void for_each_edge(const LintProject& project, const RuleScope& scope, TypesOfNodes children, TypesOfNodes parents,
                   const Visit& visit) {
  const Project& graph = project.project();
  scope.nodes().for_each([&](NodeId child) {
    if (!children.has(graph.type(child)) || !graph.enabled(child)) return;
    for (const NodeId parent : graph.parents(child)) {
      if (parents.has(graph.type(parent)) && graph.enabled(parent)) visit(child, parent);
    }
  });
}

}  // namespace plowline
