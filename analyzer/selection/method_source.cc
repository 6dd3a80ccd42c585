// source: `name`, `name.table` or `package.name.table`, each part a glob.
#include <fmt/format.h>

#include "selection/method.h"

namespace plowline {

Result<NodeSet> select_by_source(MethodContext& context, const Criterion& criterion) {
  const std::vector<std::string_view> parts = split(criterion.value.text, '.');
  if (parts.size() > 3) {
    return usage_error(fmt::format("Invalid source selector value \"{}\"", criterion.value.text),
                       "write source:name, source:name.table or source:package.name.table; a dot inside a name can "
                       "be matched with '?'");
  }
  SelectionIndex& index = context.index;
  NodeSet found = index.of_type(ResourceType::kSource);
  const auto keep = [&](const TextIndex& texts, std::string_view glob) {
    NodeSet matching = context.none();
    texts.collect(Glob(glob), matching);
    found &= matching;
  };
  if (parts.size() == 3) keep(index.packages(), parts[0]);
  keep(index.source_names(), parts.size() == 3 ? parts[1] : parts[0]);
  if (parts.size() > 1) keep(index.names(), parts.back());
  return found;
}

}  // namespace plowline
