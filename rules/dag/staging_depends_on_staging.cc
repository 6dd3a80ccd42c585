#include <fmt/format.h>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct StagingDependsOnStagingOptions {
  std::string layer = "staging";
};

Result<void> check(const LintProject& project, const RuleScope& scope, const StagingDependsOnStagingOptions& options,
                   Violations& violations) {
  for_each_edge(project, scope, kBuiltTypes, kBuiltTypes, [&](NodeId child, NodeId parent) {
    if (project.layer(child) != options.layer || project.layer(parent) != options.layer) return;
    violations.push_back(
        {.node = child,
         .message = fmt::format("{} and {}, which it reads, are both of the layer {}: the layer is no longer one step "
                                "behind the sources, and a change of one model of it changes others of it",
                                printable(dotted_name(project.node(child))),
                                printable(dotted_name(project.node(parent))), printable(options.layer)),
         .at = place_of_reading(project, child, parent),
         .key = std::string(project.node(parent).unique_id)});
  });
  return {};
}

const RegisterRule<StagingDependsOnStagingOptions> rule{
    {.name = "staging-depends-on-staging",
     .subject = "dag",
     .summary = "a staging model reads a staging model",
     .what = "Finds models and snapshots of the layer `staging` that depend on a model or snapshot of the same layer. "
             "Models of the layer `base` may be read.",
     .why = "A staging model stands for one source table. Where one reads another, either it does the work of an "
            "intermediate model, or the other one is what is called a base model; in the wrong place both are hard to "
            "find.",
     .example = R"(```sql models/staging/stg_paid_orders.sql
select * from {{ ref('stg_orders') }} where paid
```
```sql models/staging/stg_orders.sql
select id, paid from {{ source('raw', 'orders') }}
```
```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables: [{name: orders}]
```
)",
     .use_instead = R"(```sql models/intermediate/int_paid_orders.sql
select * from {{ ref('stg_orders') }} where paid
```
```sql models/staging/stg_orders.sql
select id, paid from {{ source('raw', 'orders') }}
```
```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables: [{name: orders}]
```
)",
     .basis = "dbt-project-evaluator: `fct_staging_dependent_on_staging`.",
     .presets = kStrict},
    {option<&StagingDependsOnStagingOptions::layer>("layer", "The layer whose models may not read each other.")},
    check};

}  // namespace
}  // namespace plowline
