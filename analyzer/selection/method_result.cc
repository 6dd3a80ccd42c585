// result: nodes by their status in an earlier run.
#include "selection/method.h"

namespace plowline {

Result<NodeSet> select_by_result(MethodContext& context, const Criterion& criterion) {
  if (context.previous == nullptr) {
    return usage_error("No comparison run_results", "give the folder of an earlier run_results.json: --state DIR");
  }
  return context.previous->result(criterion.value.text);
}

}  // namespace plowline
