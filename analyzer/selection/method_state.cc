// state: nodes by how they differ from an earlier manifest.
#include "selection/method.h"

namespace plowline {

Result<NodeSet> select_by_state(MethodContext& context, const Criterion& criterion) {
  if (context.previous == nullptr) {
    return usage_error("Got a state selector method, but no comparison manifest",
                       "give the folder of an earlier manifest.json: --state DIR");
  }
  return context.previous->state(criterion.value.text);
}

}  // namespace plowline
