// resource_type: nodes of one kind; no glob.
#include "selection/method.h"
#include "selection/resource_types.h"

namespace plowline {

Result<NodeSet> select_by_resource_type(MethodContext& context, const Criterion& criterion) {
  const std::string_view word = criterion.value.text;
  if (Result<void> known = check_resource_type(word); !known) return std::unexpected(std::move(known.error()));
  const ResourceType type = resource_type_from(word);
  // The rest of dbt's words (macro, doc, group, …) name what never stands in the graph.
  return type == ResourceType::kOther ? context.none() : context.index.of_type(type);
}

}  // namespace plowline
