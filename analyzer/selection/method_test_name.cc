// test_name: generic tests by the test's own name (`not_null`), unit tests by theirs.
#include "selection/method.h"

namespace plowline {

Result<NodeSet> select_by_test_name(MethodContext& context, const Criterion& criterion) {
  const Result<const TextIndex*> names = context.index.test_names();
  if (!names) return std::unexpected(names.error());
  NodeSet found = context.none();
  (*names)->collect(Glob(criterion.value.text), found);
  return found;
}

}  // namespace plowline
