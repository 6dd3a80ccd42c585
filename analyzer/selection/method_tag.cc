// tag: nodes of every kind that have a tag which matches the glob.
#include "selection/method.h"

namespace plowline {

Result<NodeSet> select_by_tag(MethodContext& context, const Criterion& criterion) {
  const Result<const TextIndex*> tags = context.index.tags();
  if (!tags) return std::unexpected(tags.error());
  NodeSet found = context.none();
  (*tags)->collect(Glob(criterion.value.text), found);
  return found;
}

}  // namespace plowline
