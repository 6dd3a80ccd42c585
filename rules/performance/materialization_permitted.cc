#include <algorithm>
#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "lint/rule.h"
#include "rules/properties/place_demand.h"

namespace plowline {
namespace {

struct MaterializationPermittedOptions {
  ListMap allowed = {{"base", {"view", "ephemeral"}},
                     {"staging", {"view", "ephemeral"}},
                     {"intermediate", {"view", "ephemeral"}},
                     {"marts", {"table", "incremental", "materialized_view", "dynamic_table"}}};
};

bool is_folder(std::string_view key) {
  return key.find_first_of("/\\") != std::string_view::npos;
}

// The entries for folders, or those for layers.
ListMap entries(const ListMap& allowed, bool of_folders) {
  ListMap found;
  for (const auto& entry : allowed) {
    if (is_folder(entry.first) == of_folders) found.insert(entry);
  }
  return found;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const MaterializationPermittedOptions& options,
                   Violations& violations) {
  const ListMap folders = entries(options.allowed, true);
  const ListMap layers = entries(options.allowed, false);
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const ListMap::value_type* entry = demand_of_place(project, id, folders, layers);
    if (entry == nullptr) return;
    const std::string_view materialized = project.config(id).materialized;
    if (materialized.empty() || std::ranges::find(entry->second, materialized) != entry->second.end()) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} is materialized as {}, but models in {}{} are {}: who builds on the layer expects "
                                "its cost and freshness to be those of its other models",
                                printable(project.node(id).name), printable(materialized),
                                is_folder(entry->first) ? "" : "the layer ", printable(entry->first),
                                comma_list(entry->second)),
         .at = Anchor::config("materialized")});
  });
  return {};
}

const RegisterRule<MaterializationPermittedOptions> rule{
    {.name = "materialization-permitted",
     .subject = "performance",
     .summary = "a model is materialized otherwise than its layer or folder permits",
     .what = "Looks up each model's layer in `allowed`, which has the permitted materializations by layer; a key with "
             "a slash in it (`models/finance/`) is a folder and comes before the layer. Layers and folders without an "
             "entry permit all.",
     .why = "A staging layer of tables stores the raw data a second time; marts that are views make every dashboard "
            "compute everything. One model that is an exception is rarely meant to be one.",
     .example = R"(```sql models/marts/fct_orders.sql
{{ config(materialized='view') }} select 1 as order_id
```)",
     .use_instead = R"(```sql models/marts/fct_orders.sql
{{ config(materialized='table') }} select 1 as order_id
```)",
     .basis = "dbt's guide \"How we structure our dbt projects\": staging models as views, intermediate ones "
              "ephemeral or as views, marts as tables or incremental models.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&MaterializationPermittedOptions::allowed>(
        "allowed", "By layer, or by folder below the project (a key with a slash in it): the materializations.")},
    check};

}  // namespace
}  // namespace plowline
