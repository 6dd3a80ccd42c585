// source_status: sources that are fresher than in an earlier sources.json.
#include "selection/method.h"

namespace plowline {

Result<NodeSet> select_by_source_status(MethodContext& context, const Criterion& criterion) {
  if (context.previous == nullptr) {
    return usage_error("No previous state comparison freshness results in sources.json",
                       "give the folder of an earlier sources.json: --state DIR");
  }
  return context.previous->source_status(criterion.value.text);
}

}  // namespace plowline
