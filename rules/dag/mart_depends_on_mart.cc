#include <fmt/format.h>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct MartDependsOnMartOptions {
  std::string layer = "marts";
};

constexpr TypesOfNodes kModels = {ResourceType::kModel};

Result<void> check(const LintProject& project, const RuleScope& scope, const MartDependsOnMartOptions& options,
                   Violations& violations) {
  for_each_edge(project, scope, kModels, kModels, [&](NodeId child, NodeId parent) {
    if (project.layer(child) != options.layer || project.layer(parent) != options.layer) return;
    violations.push_back(
        {.node = child,
         .message =
             fmt::format("the mart {} reads the mart {}: what is done for one report becomes a part of the other, "
                         "and neither can change alone",
                         printable(dotted_name(project.node(child))), printable(dotted_name(project.node(parent)))),
         .at = place_of_reading(project, child, parent),
         .key = std::string(project.node(parent).unique_id)});
  });
  return {};
}

const RegisterRule<MartDependsOnMartOptions> rule{
    {.name = "mart-depends-on-mart",
     .subject = "dag",
     .summary = "a mart reads another mart",
     .what = "Finds models of the layer `marts` that depend on a model of the same layer.",
     .why = "A mart is made for its readers. Where another mart is built on it, a change that its readers ask for "
            "changes that one too; what both need belongs into an intermediate model.",
     .example = R"(```sql models/marts/fct_refunds.sql
select * from {{ ref('fct_orders') }} where refunded
```
```sql models/marts/fct_orders.sql
select * from {{ ref('int_orders') }}
```
```sql models/intermediate/int_orders.sql
select 1 as id, true as refunded
```
)",
     .use_instead = R"(```sql models/marts/fct_refunds.sql
select * from {{ ref('int_orders') }} where refunded
```
```sql models/marts/fct_orders.sql
select * from {{ ref('int_orders') }}
```
```sql models/intermediate/int_orders.sql
select 1 as id, true as refunded
```
)",
     .basis = "testdouble's dbt-lint: `mart-depends-on-mart`. It is a matter of taste: dbt's own guide lets marts be "
              "built on marts with care.",
     .presets = kOnRequest},
    {option<&MartDependsOnMartOptions::layer>("layer", "The layer whose models may not read each other.")},
    check};

}  // namespace
}  // namespace plowline
