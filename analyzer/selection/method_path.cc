// path: nodes whose file, patch file, or a folder above the file is among what the pattern matches in the project's
// folder. Paths of package nodes are relative to their package, and are compared all the same: `path:models` takes
// them.
#include "selection/method.h"

namespace plowline {

Result<NodeSet> select_by_path(MethodContext& context, const Criterion& criterion) {
  Result<std::vector<std::string>> paths = context.files.glob(criterion.value.text);
  if (!paths) return std::unexpected(std::move(paths.error()));
  const TextIndex& index = context.index.paths();
  NodeSet found = context.none();
  for (const std::string& path : *paths) index.collect(std::string_view(path), found);
  return found;
}

}  // namespace plowline
