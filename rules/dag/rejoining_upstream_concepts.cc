#include <algorithm>
#include <fmt/format.h>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

// What both of them read.
std::vector<NodeId> shared_parents(const LintProject& project, NodeId child, NodeId between) {
  const auto of_child = parents_of_types(project, child, kReadableTypes);
  const auto of_between = parents_of_types(project, between, kReadableTypes);
  std::vector<NodeId> shared;
  std::ranges::set_intersection(of_child, of_between, std::back_inserter(shared));
  return shared;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for_each_edge(project, scope, kBuiltTypes, kBuiltTypes, [&](NodeId child, NodeId between) {
    if (children_of_types(project, between, kBuiltTypes).size() != 1) return;
    const auto shared = shared_parents(project, child, between);
    if (shared.empty()) return;
    const std::string name = printable(dotted_name(project.node(child)));
    const std::string between_name = spoken_name(project.node(between));
    violations.push_back({.node = child,
                          .message = fmt::format(
                              "{0} reads {1} and also {2}, which {1} is made from; nothing else is built from {1}, so "
                              "one query could do what now joins the same rows a second time",
                              name, between_name, spoken_names(project, shared)),
                          .at = place_of_reading(project, child, between),
                          .key = std::string(project.node(between).unique_id)});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "rejoining-upstream-concepts",
     .subject = "dag",
     .summary = "a model joins a model with what that one is made from, and nothing else uses it",
     .what = "Finds models (and snapshots) C that depend on A and on B, where B depends on A as well and C is all that "
             "is built from B.",
     .why = "B has no use of its own: it is a piece of C that is built as a relation and joined back to the rows it "
            "came from. A CTE in C does the same without the join; and where the join finds rows of another "
            "granularity, rows double.",
     .example = R"(```sql models/stg_orders.sql
select 1 as id, 2 as amount
```
```sql models/int_order_ranks.sql
select id, row_number() over (order by amount) as rank from {{ ref('stg_orders') }}
```
```sql models/fct_orders.sql
select * from {{ ref('stg_orders') }} join {{ ref('int_order_ranks') }} using (id)
```
)",
     .use_instead = R"(```sql models/stg_orders.sql
select 1 as id, 2 as amount
```
```sql models/fct_orders.sql
select id, amount, row_number() over (order by amount) as rank from {{ ref('stg_orders') }}
```
)",
     .basis = "dbt-project-evaluator: `fct_rejoining_of_upstream_concepts` (only loops that are independent).",
     .presets = kStrict},
    check};

}  // namespace
}  // namespace plowline
