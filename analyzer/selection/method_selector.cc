// selector: what the YAML selectors whose names match the glob select.
#include "selection/method.h"

namespace plowline {

Result<NodeSet> select_by_selector(MethodContext& context, const Criterion& criterion) {
  return context.named_selectors(criterion.value.text);
}

}  // namespace plowline
