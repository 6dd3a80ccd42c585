#include "lint/layers.h"

#include <algorithm>
#include <utility>

namespace plowline {
namespace {

// Where the folder stands first in the path, with what is before it; npos where it does not. Only whole folders count,
// and never the first one (`models`): dbt-project-evaluator looks for the name between two separators.
std::size_t place_of(std::string_view path, std::string_view folder) {
  const auto is_separator = [](char c) { return c == '/' || c == '\\'; };
  for (std::size_t at = path.find(folder); at != std::string_view::npos; at = path.find(folder, at + 1)) {
    const std::size_t end = at + folder.size();
    if (at > 0 && is_separator(path[at - 1]) && end < path.size() && is_separator(path[end])) return at;
  }
  return std::string_view::npos;
}

}  // namespace

LayerSettings default_layers() {
  return {{"base", {"base_"}, {"base"}},
          {"staging", {"stg_"}, {"staging"}},
          {"intermediate", {"int_"}, {"intermediate"}},
          {"marts", {"fct_", "dim_"}, {"marts"}},
          {std::string(kOtherLayer), {"rpt_"}, {}}};
}

void set_layer(LayerSettings& layers, LayerSetting layer) {
  const auto same = std::ranges::find(layers, layer.name, &LayerSetting::name);
  if (same == layers.end()) {
    layers.push_back(std::move(layer));
  } else {
    *same = std::move(layer);
  }
}

std::string_view layer_of(const LayerSettings& layers, std::string_view name, std::string_view original_file_path) {
  const std::string prefix = std::string(name.substr(0, name.find('_'))) + "_";
  for (const LayerSetting& layer : layers) {
    if (std::ranges::find(layer.prefixes, prefix) != layer.prefixes.end()) return layer.name;
  }
  std::string_view found = kOtherLayer;
  std::size_t innermost = 0;
  for (const LayerSetting& layer : layers) {
    for (const std::string& folder : layer.folders) {
      const std::size_t at = place_of(original_file_path, folder);
      if (at == std::string_view::npos || at < innermost) continue;
      innermost = at;
      found = layer.name;
    }
  }
  return found;
}

}  // namespace plowline
