#include <fmt/format.h>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct StagingDependsOnDownstreamOptions {
  std::vector<std::string> layers = {"intermediate", "marts"};
};

constexpr TypesOfNodes kModels = {ResourceType::kModel};

Result<void> check(const LintProject& project, const RuleScope& scope, const StagingDependsOnDownstreamOptions& options,
                   Violations& violations) {
  for_each_edge(project, scope, kModels, kModels, [&](NodeId child, NodeId parent) {
    if (project.layer(child) != "staging" || !in_layers(project, parent, options.layers)) return;
    violations.push_back({.node = child,
                          .message = fmt::format(
                              "the staging model {} reads {} of the layer {}: data runs backwards, and what is behind "
                              "{} can no longer be built layer by layer",
                              printable(dotted_name(project.node(child))), printable(dotted_name(project.node(parent))),
                              printable(project.layer(parent)), printable(dotted_name(project.node(child)))),
                          .at = place_of_reading(project, child, parent),
                          .key = std::string(project.node(parent).unique_id)});
  });
  return {};
}

const RegisterRule<StagingDependsOnDownstreamOptions> rule{
    {.name = "staging-depends-on-downstream",
     .subject = "dag",
     .summary = "a staging model reads an intermediate model or a mart",
     .what = "Finds models of the layer `staging` that depend on a model of one of the layers `layers`.",
     .why = "Data flows from sources through staging and intermediate models to marts. A staging model that reads a "
            "mart turns that round: a run of the staging layer needs marts of the run before, and the model is found "
            "where nobody looks for business logic.",
     .example = R"(```sql models/staging/stg_order_totals.sql
select customer_id, sum(amount) as total from {{ ref('fct_orders') }} group by 1
```
```sql models/marts/fct_orders.sql
select 1 as customer_id, 2 as amount
```
)",
     .use_instead = R"(```sql models/marts/fct_order_totals.sql
select customer_id, sum(amount) as total from {{ ref('fct_orders') }} group by 1
```
```sql models/marts/fct_orders.sql
select 1 as customer_id, 2 as amount
```
)",
     .basis = "dbt-project-evaluator: `fct_staging_dependent_on_marts_or_intermediate`.",
     .presets = kStrict},
    {option<&StagingDependsOnDownstreamOptions::layers>("layers", "The layers that staging models may not read.")},
    check};

}  // namespace
}  // namespace plowline
