#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "diagnostic/name_list.h"
#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/documentation/described.h"
#include "rules/properties/file_paths.h"

namespace plowline {
namespace {

struct ModelDirectoryOptions {
  ListMap layers;
  bool source_subfolder = true;
};

// The names of the sources that the models depend on, through models and snapshots, however far.
class SourcesAbove {
 public:
  explicit SourcesAbove(const Project& project) : project_(project), known_(project.size()) {}

  const std::set<std::string_view>& of(NodeId id) {
    // Nodes whose parents are done are taken off from the end; the graph has no cycle.
    std::vector<NodeId> open = {id};
    while (!open.empty()) {
      const NodeId next = open.back();
      if (known_[index_of(next)].done) {
        open.pop_back();
        continue;
      }
      const std::size_t before = open.size();
      for (const NodeId parent : project_.parents(next)) {
        if (passes(parent) && !known_[index_of(parent)].done) open.push_back(parent);
      }
      if (open.size() == before) finish(next);
    }
    return known_[index_of(id)].sources;
  }

 private:
  struct Known {
    std::set<std::string_view> sources;
    bool done = false;
  };

  bool passes(NodeId id) const {
    const ResourceType type = project_.type(id);
    return (type == ResourceType::kModel || type == ResourceType::kSnapshot) && project_.enabled(id);
  }

  void finish(NodeId id) {
    Known& known = known_[index_of(id)];
    for (const NodeId parent : project_.parents(id)) {
      if (project_.type(parent) == ResourceType::kSource && project_.enabled(parent)) {
        known.sources.insert(project_.node(parent).source_name);
      } else if (passes(parent)) {
        const auto& above = known_[index_of(parent)].sources;
        known.sources.insert(above.begin(), above.end());
      }
    }
    known.done = true;
  }

  const Project& project_;
  std::vector<Known> known_;
};

// What is wrong with the folder of a model of that layer: `lies in …, where … belong`; empty where nothing is.
std::string layer_fault(const LintProject& project, const NodeRecord& node, std::string_view layer,
                        const ModelDirectoryOptions& options) {
  const std::string folder = folder_of(node.original_file_path);
  if (const auto own = options.layers.find(std::string(layer)); own != options.layers.end()) {
    const std::vector<std::string> folders = folders_in(folder);
    const auto is_allowed = [&](const std::string& name) {
      return std::ranges::find(own->second, name) != own->second.end();
    };
    if (std::ranges::any_of(folders, is_allowed)) return {};
    return fmt::format("lies in {}, which is no folder of its layer {} ({})", printable(folder), printable(layer),
                       name_list(own->second, kFewNames));
  }
  // (Without a name only the folders tell. Those that belong to no layer are right for every layer.)
  const std::string_view by_folder = layer_of(project.layers(), {}, node.original_file_path);
  if (by_folder == layer || by_folder == kOtherLayer) return {};
  return fmt::format("is called like a model of the layer {}, but lies in {}, a folder of the layer {}",
                     printable(layer), printable(folder), printable(by_folder));
}

std::string source_fault(const NodeRecord& node, const std::set<std::string_view>& sources) {
  const std::string folder = folder_of(node.original_file_path);
  std::vector<std::string> missing;
  for (const std::string_view source : sources) {
    if (!like_part_of(folder, source)) missing.emplace_back(source);
  }
  if (missing.empty()) return {};
  return fmt::format("is a staging model of the source{} {}, but lies in {}, not in a folder of that name",
                     missing.size() == 1 ? "" : "s", name_list(missing, kFewNames), printable(folder));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ModelDirectoryOptions& options,
                   Violations& violations) {
  SourcesAbove sources(project.project());
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (node.original_file_path.empty()) return;
    const std::string_view layer = project.layer(id);
    std::string fault = layer_fault(project, node, layer, options);
    const bool is_source_model = options.source_subfolder && layer == "staging";
    if (fault.empty() && is_source_model) fault = source_fault(node, sources.of(id));
    if (fault.empty()) return;
    violations.push_back({.node = id,
                          .message = fmt::format("{} {}: who looks for it, and what is configured by folder, goes by "
                                                 "the wrong place",
                                                 readable_name(node), fault),
                          .key = "folder"});
  });
  return {};
}

const RegisterRule<ModelDirectoryOptions> rule{
    {.name = "model-directory",
     .subject = "properties",
     .summary = "a model does not lie in the folder of its layer or source",
     .what =
         "Looks at where the files of enabled models lie. A model whose name's prefix tells its layer must not lie "
         "in a folder of another layer, the innermost folder counting; layers are those of `layers:` in "
         "plowline.yml, or of `layers` here. With `source_subfolder`, a model of the layer staging has to lie below "
         "a folder whose name has that of every source it reads, also through other models. (An underscore of the "
         "source's name may be any character there.)",
     .why =
         "Materializations, schemas and tags are set by folder in dbt_project.yml: a model in the wrong one gets the "
         "wrong ones, besides not being found.",
     .example = R"(```yaml models/staging/crm/_sources.yml
sources:
  - name: crm
    tables:
      - name: leads
```
```sql models/marts/stg_leads.sql
select * from {{ source('crm', 'leads') }}
```)",
     .use_instead = R"(```yaml models/staging/crm/_sources.yml
sources:
  - name: crm
    tables:
      - name: leads
```
```sql models/staging/crm/stg_leads.sql
select * from {{ source('crm', 'leads') }}
```)",
     .basis = "dbt-project-evaluator's fct_model_directories finds the same models.",
     .presets = kStrict},
    {option<&ModelDirectoryOptions::layers>(
         "layers", "Folders by layer, where they are not those of plowline.yml: a model of the layer must lie in one."),
     option<&ModelDirectoryOptions::source_subfolder>("source_subfolder",
                                                      "Whether staging models belong below folders of their sources.")},
    check};

}  // namespace
}  // namespace plowline
