#include <fmt/format.h>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct LayerDependsOnSourceOptions {
  std::vector<std::string> layers = {"intermediate", "marts"};
};

Result<void> check(const LintProject& project, const RuleScope& scope, const LayerDependsOnSourceOptions& options,
                   Violations& violations) {
  for_each_edge(project, scope, kBuiltTypes, {ResourceType::kSource}, [&](NodeId child, NodeId parent) {
    if (!in_layers(project, child, options.layers)) return;
    violations.push_back(
        {.node = child,
         .message = fmt::format("{}, of the layer {}, reads the source {} directly: it has to clean up the raw columns "
                                "itself, and a change of the source is no longer mended in staging alone",
                                printable(dotted_name(project.node(child))), printable(project.layer(child)),
                                printable(dotted_name(project.node(parent)))),
         .at = place_of_reading(project, child, parent),
         .key = std::string(project.node(parent).unique_id)});
  });
  return {};
}

const RegisterRule<LayerDependsOnSourceOptions> rule{
    {.name = "layer-depends-on-source",
     .subject = "dag",
     .summary = "an intermediate model or a mart reads a source",
     .what = "Finds models and snapshots of the layers `layers` that depend on a source. What a layer is, is told by "
             "the model's prefix and folder (`layers:` in plowline.yml).",
     .why = "Sources change without notice: a column is renamed, a type widened. Where staging models alone read them, "
            "one model has to follow; everything behind it stays as it is.",
     .example = R"(```sql models/marts/fct_orders.sql
select id, amount_in_cents / 100 as amount from {{ source('raw', 'orders') }}
```
```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables: [{name: orders}]
```
)",
     .use_instead = R"(```sql models/marts/fct_orders.sql
select id, amount from {{ ref('stg_orders') }}
```
```sql models/staging/stg_orders.sql
select id, amount_in_cents / 100 as amount from {{ source('raw', 'orders') }}
```
```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables: [{name: orders}]
```
)",
     .basis = "dbt-project-evaluator: `fct_marts_or_intermediate_dependent_on_source`.",
     .presets = kStrict},
    {option<&LayerDependsOnSourceOptions::layers>("layers", "The layers that may not read sources.")},
    check};

}  // namespace
}  // namespace plowline
