// file: nodes whose file's base name, or that without its suffix, matches the glob.
#include "selection/method.h"

namespace plowline {

Result<NodeSet> select_by_file(MethodContext& context, const Criterion& criterion) {
  NodeSet found = context.none();
  context.index.file_names().collect(Glob(criterion.value.text), found);
  return found;
}

}  // namespace plowline
