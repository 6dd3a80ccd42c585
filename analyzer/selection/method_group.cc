// group: nodes and metrics whose config puts them into a group that matches the glob.
#include "selection/method.h"

namespace plowline {

Result<NodeSet> select_by_group(MethodContext& context, const Criterion& criterion) {
  const Result<const ConfigValues*> groups = context.index.config_values({"group"});
  if (!groups) return std::unexpected(groups.error());
  NodeSet found = context.none();
  (*groups)->texts.collect(Glob(criterion.value.text), found);
  NodeSet groupable = context.index.manifest_nodes();
  groupable |= context.index.of_type(ResourceType::kMetric);
  found &= groupable;
  // An empty name is no group, even where the glob would take it.
  NodeSet unnamed = context.none();
  (*groups)->texts.collect(std::string_view(), unnamed);
  found -= unnamed;
  return found;
}

}  // namespace plowline
