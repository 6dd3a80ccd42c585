// semantic_model: an enabled node of that kind, by its name, or by its package and name.
#include "selection/method.h"

namespace plowline {

Result<NodeSet> select_by_semantic_model(MethodContext& context, const Criterion& criterion) {
  return select_by_package_and_name(context, criterion, ResourceType::kSemanticModel);
}

}  // namespace plowline
