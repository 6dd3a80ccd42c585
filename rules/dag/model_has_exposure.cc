#include <fmt/format.h>
#include <set>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct ModelHasExposureOptions {
  std::vector<std::string> layers = {"marts"};
};

// What the semantic layer makes of a model: an exposure of that is one of the model.
constexpr TypesOfNodes kSemanticTypes = {ResourceType::kSemanticModel, ResourceType::kMetric,
                                         ResourceType::kSavedQuery};

bool has_exposure(const LintProject& project, NodeId model) {
  const Project& graph = project.project();
  std::set<NodeId> seen = {model};
  std::vector<NodeId> open = {model};
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    for (const NodeId child : graph.children(id)) {
      if (!graph.enabled(child)) continue;
      if (graph.type(child) == ResourceType::kExposure) return true;
      if (kSemanticTypes.has(graph.type(child)) && seen.insert(child).second) open.push_back(child);
    }
  }
  return false;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ModelHasExposureOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    if (!options.layers.empty() && !in_layers(project, id, options.layers)) return;
    if (has_exposure(project, id)) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("no exposure depends on {}: who reads it, and who is to be told when it "
                                "changes, is not known",
                                printable(dotted_name(project.node(id)))),
         .key = "exposure"});
  });
  return {};
}

const RegisterRule<ModelHasExposureOptions> rule{
    {.name = "model-has-exposure",
     .subject = "dag",
     .summary = "a mart feeds no exposure",
     .what = "Finds models of the layers `layers` (none: of all) on which no exposure depends, directly or by a "
             "metric (or saved query) that is made from the model.",
     .why =
         "An exposure says what a model is for and who answers for the dashboard behind it. With one on each mart, a "
         "change shows whom it reaches, and a mart without readers is seen.",
     .example = R"(```sql models/marts/fct_orders.sql
select 1 as id
```
)",
     .use_instead = R"(```sql models/marts/fct_orders.sql
select 1 as id
```
```yaml models/marts/_exposures.yml
exposures:
  - name: order_dashboard
    type: dashboard
    owner: {email: data@example.com}
    depends_on: [ref('fct_orders')]
```
)",
     .basis = "dbt-bouncer: `check_model_has_exposure`.",
     .presets = kOnRequest},
    {option<&ModelHasExposureOptions::layers>("layers", "The layers whose models have to have an exposure.")},
    check};

}  // namespace
}  // namespace plowline
