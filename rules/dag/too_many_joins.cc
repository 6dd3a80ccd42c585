#include <fmt/format.h>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct TooManyJoinsOptions {
  std::int64_t max = 6;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const TooManyJoinsOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const std::size_t parents = parents_of_types(project, id, kReadableTypes).size();
    if (static_cast<std::int64_t>(parents) <= options.max) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} reads {} models, sources, seeds and snapshots, more than {}: it is "
                                "hard to see which of them makes rows appear twice or vanish, and "
                                "it waits for the slowest",
                                printable(dotted_name(project.node(id))), parents, options.max),
         .key = "parents"});
  });
  return {};
}

const RegisterRule<TooManyJoinsOptions> rule{
    {.name = "too-many-joins",
     .subject = "dag",
     .summary = "a model reads very many relations",
     .what = "Counts what each model depends on directly: models, sources, seeds and snapshots. More than `max` are "
             "found.",
     .why =
         "Each join can multiply rows or lose some. Intermediate models that join a few relations each can be tested "
         "one by one, and others can use them.",
     .example = R"(```sql models/marts/fct_orders.sql
select * from {{ ref('stg_orders') }}
join {{ ref('stg_customers') }} using (customer_id)
join {{ ref('stg_addresses') }} using (customer_id)
```
```sql models/staging/stg_orders.sql
select 1 as customer_id
```
```sql models/staging/stg_customers.sql
select 1 as customer_id
```
```sql models/staging/stg_addresses.sql
select 1 as customer_id
```
```yaml plowline.yml
rules:
  too-many-joins: {max: 2}
```
)",
     .use_instead = R"(```sql models/marts/fct_orders.sql
select * from {{ ref('stg_orders') }}
join {{ ref('int_customers') }} using (customer_id)
```
```sql models/intermediate/int_customers.sql
select * from {{ ref('stg_customers') }}
join {{ ref('stg_addresses') }} using (customer_id)
```
```sql models/staging/stg_orders.sql
select 1 as customer_id
```
```sql models/staging/stg_customers.sql
select 1 as customer_id
```
```sql models/staging/stg_addresses.sql
select 1 as customer_id
```
```yaml plowline.yml
rules:
  too-many-joins: {max: 2}
```
)",
     .basis = "dbt-project-evaluator: `fct_too_many_joins`, which finds models with 7 parents "
              "(`too_many_joins_threshold`) or more.",
     .presets = kStrict},
    {option<&TooManyJoinsOptions::max>("max", "The most relations that a model may read.")},
    check};

}  // namespace
}  // namespace plowline
