#include <fmt/format.h>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct MultipleSourcesJoinedOptions {
  std::int64_t max = 1;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const MultipleSourcesJoinedOptions& options,
                   Violations& violations) {
  scope.nodes().for_each([&](NodeId id) {
    if (!kBuiltTypes.has(project.project().type(id)) || !project.project().enabled(id)) return;
    const auto sources = parents_of_types(project, id, {ResourceType::kSource});
    if (static_cast<std::int64_t>(sources.size()) <= options.max) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} reads the sources {}: raw columns of several tables are cleaned up "
                                "and joined in one query, and none of them can be used without the "
                                "others",
                                printable(dotted_name(project.node(id))), spoken_names(project, sources)),
         .at = place_of_reading(project, id, sources.back()),
         .key = "sources"});
  });
  return {};
}

const RegisterRule<MultipleSourcesJoinedOptions> rule{
    {.name = "multiple-sources-joined",
     .subject = "dag",
     .summary = "a model reads more than one source",
     .what = "Finds models and snapshots that depend on more than `max` source tables.",
     .why = "Each source table gets a staging model of its own, in which it is cleaned up once. A model that joins raw "
            "tables skips that, and the next one that needs one of the tables does it again, a little differently.",
     .example = R"(```sql models/orders.sql
select * from {{ source('raw', 'orders') }} join {{ source('raw', 'payments') }} using (order_id)
```
```yaml models/_sources.yml
sources:
  - name: raw
    tables: [{name: orders}, {name: payments}]
```
)",
     .use_instead = R"(```sql models/orders.sql
select * from {{ ref('stg_orders') }} join {{ ref('stg_payments') }} using (order_id)
```
```sql models/stg_orders.sql
select * from {{ source('raw', 'orders') }}
```
```sql models/stg_payments.sql
select * from {{ source('raw', 'payments') }}
```
```yaml models/_sources.yml
sources:
  - name: raw
    tables: [{name: orders}, {name: payments}]
```
)",
     .basis = "dbt-project-evaluator: `fct_multiple_sources_joined`.",
     .presets = kStrict},
    {option<&MultipleSourcesJoinedOptions::max>("max", "The most source tables that a model may read.")},
    check};

}  // namespace
}  // namespace plowline
