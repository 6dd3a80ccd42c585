#include "rules/properties/place_demand.h"

#include "rules/properties/file_paths.h"

namespace plowline {

const ListMap::value_type* demand_of_place(const LintProject& project, NodeId id, const ListMap& folders,
                                           const ListMap& layers) {
  const ListMap::value_type* innermost = nullptr;
  for (const ListMap::value_type& entry : folders) {
    const bool deeper = innermost == nullptr || bare_folder(entry.first).size() > bare_folder(innermost->first).size();
    if (deeper && lies_below(project.node(id).original_file_path, entry.first)) innermost = &entry;
  }
  if (innermost != nullptr || layers.empty()) return innermost;
  const auto of_layer = layers.find(std::string(project.layer(id)));
  return of_layer == layers.end() ? nullptr : &*of_layer;
}

}  // namespace plowline
