#include <fmt/format.h>

#include "graph/node_set.h"
#include "lint/rule.h"

namespace plowline {
namespace {

struct ExposureDependsOnModelOptions {
  std::int64_t min = 1;
  std::int64_t max = 100;
};

bool belongs_to_semantic_layer(ResourceType type) {
  return type == ResourceType::kMetric || type == ResourceType::kSemanticModel || type == ResourceType::kSavedQuery;
}

// The models that the exposure depends on directly or through metrics.
class ModelsBehind {
 public:
  explicit ModelsBehind(const Project& graph) : graph_(graph), seen_(graph.size()) {}

  std::int64_t count(NodeId id) {
    std::int64_t models = 0;
    std::vector<NodeId> rest = {id};
    while (!rest.empty()) {
      const NodeId from = rest.back();
      rest.pop_back();
      for (const NodeId parent : graph_.parents(from)) {
        if (seen_.contains(parent) || !graph_.enabled(parent)) continue;
        seen_.insert(parent);
        if (graph_.type(parent) == ResourceType::kModel) ++models;
        if (belongs_to_semantic_layer(graph_.type(parent))) rest.push_back(parent);
      }
    }
    return models;
  }

 private:
  const Project& graph_;
  NodeSet seen_;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const ExposureDependsOnModelOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kExposure, [&](NodeId id) {
    const std::int64_t models = ModelsBehind(project.project()).count(id);
    const std::string name = printable(project.node(id).name);
    const std::string counted = fmt::format("{} {}", models, models == 1 ? "model" : "models");
    if (models < options.min) {
      violations.push_back(
          {.node = id,
           .message = fmt::format("the exposure {} depends on {}, and at least {} {} required: what it "
                                  "shows cannot be traced, and no change is seen to reach it",
                                  name, counted, options.min, options.min == 1 ? "is" : "are"),
           .key = "min"});
    } else if (models > options.max) {
      violations.push_back({.node = id,
                            .message = fmt::format("the exposure {} depends on {}, and at most {} {} allowed: nearly "
                                                   "every change is said to reach it, so that none is looked at",
                                                   name, counted, options.max, options.max == 1 ? "is" : "are"),
                            .key = "max"});
    }
  });
  return {};
}

const RegisterRule<ExposureDependsOnModelOptions> rule{
    {.name = "exposure-depends-on-model",
     .subject = "exposures",
     .summary = "an exposure depends on too few or too many models",
     .what = "Counts the models that each exposure depends on, directly or through metrics, semantic models and saved "
             "queries, and compares with `min` and `max`. Sources and seeds do not count.",
     .why = "An exposure is there to show what a change reaches. One that depends on nothing shows nothing; one that "
            "depends on half of the project is always reached.",
     .example = R"(```yaml models/_exposures.yml
exposures:
  - name: order_dashboard
    type: dashboard
    owner: {email: data@example.com}
```
)",
     .use_instead = R"(```sql models/fct_orders.sql
select 1 as id
```
```yaml models/_exposures.yml
exposures:
  - name: order_dashboard
    type: dashboard
    owner: {email: data@example.com}
    depends_on: [ref('fct_orders')]
```
)",
     .basis = "dbt-bouncer: `check_exposure_based_on_model`, with its defaults.",
     .presets = kStrict},
    {option<&ExposureDependsOnModelOptions::min>("min", "The fewest models that an exposure may depend on."),
     option<&ExposureDependsOnModelOptions::max>("max", "The most models that an exposure may depend on.")},
    check};

}  // namespace
}  // namespace plowline
