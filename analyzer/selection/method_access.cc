// access: models by their access level; no glob.
#include "selection/method.h"

namespace plowline {

Result<NodeSet> select_by_access(MethodContext& context, const Criterion& criterion) {
  NodeSet found = context.none();
  context.index.access().collect(std::string_view(criterion.value.text), found);
  return found;
}

}  // namespace plowline
