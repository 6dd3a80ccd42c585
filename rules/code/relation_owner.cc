#include "rules/code/relation_owner.h"

#include <algorithm>
#include <fmt/format.h>

#include "rules/schema/relation.h"

namespace plowline {
namespace {

constexpr bool kFolds = true;

std::string key_of(std::string_view schema, std::string_view name) {
  std::string key = fmt::format("{}.{}", schema, name);
  std::ranges::transform(key, key.begin(), ascii_lower);
  return key;
}

std::optional<Relation> relation_of_any(const LintProject& project, NodeId id) {
  return project.project().type(id) == ResourceType::kSource ? relation_of_source(project, id)
                                                             : relation_of(project, id);
}

}  // namespace

RelationOwners::RelationOwners(const LintProject& project) : project_(project) {
  for (std::uint32_t i = 0; i < project.project().size(); ++i) {
    const auto relation = relation_of_any(project, NodeId{i});
    if (relation) by_schema_and_name_[key_of(relation->schema, relation->name)].push_back(NodeId{i});
  }
}

std::optional<NodeId> RelationOwners::owner_of(std::span<const std::string> parts) const {
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  const auto at = by_schema_and_name_.find(key_of(parts[parts.size() - 2], parts.back()));
  if (at == by_schema_and_name_.end()) return std::nullopt;
  std::optional<NodeId> owner;
  for (const NodeId id : at->second) {
    if (parts.size() == 3 && !same_name(parts.front(), relation_of_any(project_, id)->database, kFolds)) continue;
    if (owner) return std::nullopt;
    owner = id;
  }
  return owner;
}

std::string call_that_reads(const LintProject& project, NodeId reader, NodeId read) {
  if (reader == read) return "{{ this }}";
  const NodeRecord& node = project.node(read);
  if (node.resource_type == ResourceType::kSource)
    return fmt::format("{{{{ source('{}', '{}') }}}}", printable(node.source_name), printable(node.name));
  const std::string version = scalar_of(node.version);
  if (version.empty()) return fmt::format("{{{{ ref('{}') }}}}", printable(node.name));
  return fmt::format("{{{{ ref('{}', v={}) }}}}", printable(node.name), printable(version));
}

}  // namespace plowline
