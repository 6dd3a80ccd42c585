#include <fmt/format.h>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const auto sources = parents_of_types(project, id, {ResourceType::kSource});
    if (sources.empty()) return;
    const auto models = parents_of_types(project, id, {ResourceType::kModel});
    if (models.empty()) return;
    violations.push_back({.node = id,
                          .message = fmt::format(
                              "{} reads the {} {} directly beside {}: what staging does to raw columns (names, types, "
                              "rows left out) is not done to these",
                              printable(dotted_name(project.node(id))), sources.size() == 1 ? "source" : "sources",
                              spoken_names(project, sources), spoken_names(project, models)),
                          .at = place_of_reading(project, id, sources.front()),
                          .key = "sources"});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "direct-join-to-source",
     .subject = "dag",
     .summary = "a model reads a model and a source",
     .what = "Finds models that depend on at least one model and on at least one source. Seeds and snapshots beside a "
             "source do not count.",
     .why = "Raw tables come with their own names, types, duplicates and deleted rows. A staging model puts that right "
            "in one place; a model further on that reads the raw table as well has to do it again, or joins two "
            "versions of one thing.",
     .example = R"(```sql models/marts/fct_orders.sql
select o.id, c.country
from {{ ref('stg_orders') }} o
join {{ source('raw', 'customers') }} c on c.id = o.customer_id
```
```sql models/staging/stg_orders.sql
select id, customer_id from {{ source('raw', 'orders') }}
```
```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables: [{name: orders}, {name: customers}]
```
)",
     .use_instead = R"(```sql models/marts/fct_orders.sql
select o.id, c.country
from {{ ref('stg_orders') }} o
join {{ ref('stg_customers') }} c on c.id = o.customer_id
```
```sql models/staging/stg_orders.sql
select id, customer_id from {{ source('raw', 'orders') }}
```
```sql models/staging/stg_customers.sql
select id, country from {{ source('raw', 'customers') }}
```
```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables: [{name: orders}, {name: customers}]
```
)",
     .basis = "dbt-project-evaluator: `fct_direct_join_to_source`. dbt's guide to structuring projects: sources are "
              "read by staging models only.",
     .presets = kStrict},
    check};

}  // namespace
}  // namespace plowline
