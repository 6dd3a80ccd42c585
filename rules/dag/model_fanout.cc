#include <fmt/format.h>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct ModelFanoutOptions {
  std::int64_t max = 2;
  bool leaf_only = true;
};

bool is_leaf(const LintProject& project, NodeId id) {
  return children_of_types(project, id, kBuiltTypes).empty();
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ModelFanoutOptions& options,
                   Violations& violations) {
  scope.nodes().for_each([&](NodeId id) {
    const Project& graph = project.project();
    const auto most = static_cast<std::size_t>(options.max);
    if (!kReadableTypes.has(graph.type(id)) || graph.children(id).size() <= most || !graph.enabled(id)) return;
    auto models = children_of_types(project, id, {ResourceType::kModel});
    if (options.leaf_only) std::erase_if(models, [&](NodeId model) { return !is_leaf(project, model); });
    if (models.size() <= most) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} models {} built directly from {}: {}; what they have in common is worked out in "
                                "each of them",
                                models.size(), options.leaf_only ? "that nothing else is built from are" : "are",
                                spoken_name(project.node(id)), spoken_names(project, models)),
         .key = "children"});
  });
  return {};
}

const RegisterRule<ModelFanoutOptions> rule{
    {.name = "model-fanout",
     .subject = "dag",
     .summary = "many models at the end of the graph are built from one node",
     .what = "Counts the models that are built directly from a model, source, seed or snapshot and from which no other "
             "model or snapshot is built (with `leaf_only: false`: all that are built from it). More than `max` are "
             "found. Exposures and tests do not make a model one that something is built from.",
     .why = "Several final models on one parent are often one report in several variants. Filters and groupings that "
            "differ are better made in the BI tool, or what they share in a model between.",
     .example = R"(```sql models/fct_orders.sql
select 1 as id, 'DE' as country
```
```sql models/orders_de.sql
select * from {{ ref('fct_orders') }} where country = 'DE'
```
```sql models/orders_fr.sql
select * from {{ ref('fct_orders') }} where country = 'FR'
```
```sql models/orders_it.sql
select * from {{ ref('fct_orders') }} where country = 'IT'
```
)",
     .use_instead = R"(```sql models/fct_orders.sql
select 1 as id, 'DE' as country
```
```sql models/orders_by_country.sql
select country, count(*) as orders from {{ ref('fct_orders') }} group by 1
```
)",
     .basis = "dbt-project-evaluator: `fct_model_fanout`, which finds 3 leaf children (`models_fanout_threshold`) or "
              "more, whatever the type of the parent is.",
     .presets = kStrict},
    {option<&ModelFanoutOptions::max>("max", "The most models that may be built from one node."),
     option<&ModelFanoutOptions::leaf_only>("leaf_only", "Count only models that nothing else is built from.")},
    check};

}  // namespace
}  // namespace plowline
