// package: nodes of the packages that match the glob; `this` is the root project.
#include "selection/method.h"

namespace plowline {

Result<NodeSet> select_by_package(MethodContext& context, const Criterion& criterion) {
  const std::string_view root = context.index.project().root_package();
  const bool is_root = criterion.value.text == "this" && !root.empty();
  NodeSet found = context.none();
  context.index.packages().collect(Glob(is_root ? root : criterion.value.text), found);
  return found;
}

}  // namespace plowline
