#include "lint/node_name.h"

#include <algorithm>
#include <fmt/format.h>

namespace plowline {

std::string dotted_name(const NodeRecord& node) {
  if (node.resource_type == ResourceType::kSource) return fmt::format("{}.{}", node.source_name, node.name);
  const std::string version = scalar_of(node.version);
  return version.empty() ? std::string(node.name) : fmt::format("{}.v{}", node.name, version);
}

std::string readable_name(const NodeRecord& node) {
  return printable(dotted_name(node));
}

std::string readable_name(const LintProject& project, NodeId id) {
  return readable_name(project.node(id));
}

std::string spoken_name(const NodeRecord& node) {
  const std::string name = readable_name(node);
  if (node.resource_type == ResourceType::kModel) return name;
  std::string type(to_string(node.resource_type));
  std::ranges::replace(type, '_', ' ');
  return fmt::format("the {} {}", type, name);
}

}  // namespace plowline
