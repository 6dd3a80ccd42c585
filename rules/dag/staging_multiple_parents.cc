#include <fmt/format.h>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct StagingMultipleParentsOptions {
  std::int64_t max = 1;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const StagingMultipleParentsOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    if (project.layer(id) != "staging") return;
    const auto parents = parents_of_types(project, id, kReadableTypes);
    if (static_cast<std::int64_t>(parents.size()) <= options.max) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the staging model {} reads {}: it stands for no single table any "
                                "more, and whoever needs one of them gets the join",
                                printable(dotted_name(project.node(id))), spoken_names(project, parents)),
         .at = place_of_reading(project, id, parents.back()),
         .key = "parents"});
  });
  return {};
}

const RegisterRule<StagingMultipleParentsOptions> rule{
    {.name = "staging-multiple-parents",
     .subject = "dag",
     .summary = "a staging model reads more than one relation",
     .what = "Finds models of the layer `staging` that depend on more than `max` models, sources, seeds and snapshots.",
     .why = "A staging model is one source table with good names and types. A join in it belongs into an intermediate "
            "model, where it is looked for.",
     .example = R"(```sql models/staging/stg_orders.sql
select * from {{ source('raw', 'orders') }} join {{ source('raw', 'payments') }} using (order_id)
```
```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables: [{name: orders}, {name: payments}]
```
)",
     .use_instead = R"(```sql models/staging/stg_orders.sql
select * from {{ source('raw', 'orders') }}
```
```sql models/staging/stg_payments.sql
select * from {{ source('raw', 'payments') }}
```
```sql models/intermediate/int_paid_orders.sql
select * from {{ ref('stg_orders') }} join {{ ref('stg_payments') }} using (order_id)
```
```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables: [{name: orders}, {name: payments}]
```
)",
     .basis = "dbt's guide to structuring projects: staging models have a one-to-one relationship with source tables.",
     .presets = kOnRequest},
    {option<&StagingMultipleParentsOptions::max>("max", "The most relations that a staging model may read.")},
    check};

}  // namespace
}  // namespace plowline
