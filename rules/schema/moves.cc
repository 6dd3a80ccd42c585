#include "rules/schema/moves.h"

#include "rules/schema/fixed_relations.h"
#include "rules/schema/written_config.h"

namespace plowline {

bool custom_schema_differs(const LintProject& project, NodeId id, NodeId previous) {
  const bool now = !project.config(id).schema.empty();
  const bool before = !project.state()->config(previous).schema.empty();
  if (now == before) return false;
  return project.index<Targets>().answer() == Targets::Answer::kSame ||
         !written_alike(project, id, previous, {"schema"});
}

MovedNode moved_node(const LintProject& project, const PlacedPair& pair) {
  const NodeRecord& node = project.node(pair.id);
  const auto place = [](const Relation& relation) {
    return MovedNode::Place{std::string(relation.database), std::string(relation.schema), std::string(relation.name),
                            shown(relation)};
  };
  return {.node = {.unique_id = std::string(node.unique_id), .name = std::string(node.name)},
          .before = place(pair.before),
          .now = place(pair.now)};
}

std::vector<NodeId> nodes_of(const LintProject& project, const MoveGroup& group) {
  std::vector<NodeId> nodes;
  for (const MovedNode* moved : group.nodes) {
    if (const auto id = project.project().find(moved->node.unique_id)) nodes.push_back(*id);
  }
  return nodes;
}

std::string left_behind(const LintProject& project, NodeId id) {
  const std::string_view materialized = project.config(id).materialized;
  if (materialized == "incremental" && carries_package_tag(project, id)) {
    return "dbt starts an empty table there, while the package's manifest has a row that says the model is up to date: "
           "only new windows get into it, and the history stays behind in the old table";
  }
  if (materialized == "incremental" || project.node(id).resource_type == ResourceType::kSnapshot) {
    return "dbt starts an empty table there, and the rows that are in the old one stay behind";
  }
  return "dbt builds it there and leaves the old one behind, which nobody updates any more";
}

}  // namespace plowline
