#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "rules/dag/neighbours.h"
#include "rules/properties/file_paths.h"

namespace plowline {
namespace {

struct DuplicateMartConceptOptions {
  std::string layer = "marts";
};

// `orders` of `fct_orders`: the name without what says its layer.
std::string_view concept_of(const LintProject& project, std::string_view name, std::string_view layer) {
  for (const LayerSetting& setting : project.layers()) {
    if (setting.name != layer) continue;
    for (const std::string& prefix : setting.prefixes) {
      if (name.starts_with(prefix) && name.size() > prefix.size()) return name.substr(prefix.size());
    }
  }
  return name;
}

using MartsByConcept = std::map<std::pair<std::string_view, std::string_view>, std::vector<NodeId>>;

MartsByConcept marts_by_concept(const LintProject& project, std::string_view layer) {
  MartsByConcept marts;
  for (std::uint32_t i = 0; i < project.project().size(); ++i) {
    const NodeId id{i};
    if (project.project().type(id) != ResourceType::kModel || !project.project().enabled(id)) continue;
    if (project.layer(id) != layer) continue;
    const NodeRecord& node = project.node(id);
    marts[{node.package_name, concept_of(project, node.name, layer)}].push_back(id);
  }
  return marts;
}

bool in_several_folders(const LintProject& project, const std::vector<NodeId>& marts) {
  std::set<std::string> folders;
  std::set<std::string_view> names;
  for (const NodeId id : marts) {
    folders.insert(folder_of(project.node(id).original_file_path));
    names.insert(project.node(id).name);
  }
  return folders.size() > 1 && names.size() > 1;  // versions of a model are one model
}

Result<void> check(const LintProject& project, const RuleScope& scope, const DuplicateMartConceptOptions& options,
                   Violations& violations) {
  for (const auto& [key, marts] : marts_by_concept(project, options.layer)) {
    if (!in_several_folders(project, marts)) continue;
    const auto at = std::ranges::find_if(marts, [&](NodeId id) { return scope.contains(id); });
    if (at == marts.end()) continue;
    violations.push_back({.node = *at,
                          .message = fmt::format("{} are about one thing, {}, in different folders: two teams work out "
                                                 "the same figures, and sooner or later they differ",
                                                 spoken_names(project, marts), printable(key.second)),
                          .key = std::string(key.second)});
  }
  return {};
}

const RegisterRule<DuplicateMartConceptOptions> rule{
    {.name = "duplicate-mart-concept",
     .subject = "dag",
     .summary = "marts in different folders are about the same thing",
     .what = "Compares the names of the models of the layer `marts`, without the layer's prefixes: `fct_orders` and "
             "`dim_orders` are both about `orders`. Found are those that lie in different folders; one finding for "
             "each thing.",
     .why = "Marts are grouped by who reads them. A thing that two groups have each has two definitions; which one is "
            "right is asked when their figures differ.",
     .example = R"(```sql models/marts/finance/fct_orders.sql
select 1 as id
```
```sql models/marts/marketing/dim_orders.sql
select 1 as id
```
)",
     .use_instead = R"(```sql models/marts/core/fct_orders.sql
select 1 as id
```
```sql models/marts/marketing/fct_campaign_orders.sql
select * from {{ ref('fct_orders') }}
```
)",
     .basis = "dbt's guide to structuring projects: `finance_orders` and `marketing_orders` are usually considered an "
              "anti-pattern.",
     .presets = kOnRequest},
    {option<&DuplicateMartConceptOptions::layer>("layer", "The layer that is looked at.")},
    check};

}  // namespace
}  // namespace plowline
