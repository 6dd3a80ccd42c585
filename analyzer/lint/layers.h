// The layers of a project's models: staging, intermediate, marts and what else a team has.
//
// The rules of telling them are dbt-project-evaluator's (int_all_graph_resources): what a model's name begins with, up
// to and with its first underscore, tells the layer; where no layer has that prefix, the folders do that the model lies
// in, the innermost first; what neither tells is in the layer `other`. The defaults are the evaluator's too.
//
//   layers:                                  # plowline.yml
//     marts: {prefixes: [fct_, dim_], folders: [marts]}
//     reports: {folders: reports}            # one more layer
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plowline {

inline constexpr std::string_view kOtherLayer = "other";

struct LayerSetting {
  std::string name;
  std::vector<std::string> prefixes;  // with the underscore: `stg_`
  std::vector<std::string> folders;   // names of folders below the model path, without slashes
};
using LayerSettings = std::vector<LayerSetting>;

// base, staging, intermediate, marts, other.
LayerSettings default_layers();
// Puts a layer in the place of the one of that name, or behind the others.
void set_layer(LayerSettings& layers, LayerSetting layer);

// The layer of a model of that name in that file (relative to the project, with `/` or `\`). The result is a view into
// `layers`, or kOtherLayer. Cost: linear in the settings.
std::string_view layer_of(const LayerSettings& layers, std::string_view name, std::string_view original_file_path);

}  // namespace plowline
