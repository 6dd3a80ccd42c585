#include <fmt/format.h>

#include "lint/parallel.h"
#include "lint/rule.h"
#include "rules/code/code_survey.h"
#include "rules/code/join_walk.h"

namespace plowline {
namespace {

struct CartesianJoinOptions {
  bool allow_explicit = false;
};

using JoinKind = UnrestrictedJoin::Kind;

std::string_view spoken(JoinKind kind) {
  switch (kind) {
    case JoinKind::kCross:
      return "has a CROSS JOIN";
    case JoinKind::kComma:
      return "joins by a comma";
    case JoinKind::kMissing:
      return "has a JOIN without ON or USING";
    case JoinKind::kConstant:
      return "has a JOIN whose condition is always true";
  }
  return {};
}

bool is_explicit(JoinKind kind) {
  return kind == JoinKind::kCross || kind == JoinKind::kConstant;
}

void look_at(const LintProject& project, NodeId id, const CartesianJoinOptions& options, Violations& found) {
  const SqlText sql(project.code(id));
  std::size_t number = 0;
  for (const UnrestrictedJoin& join : unrestricted_joins(sql)) {
    if (options.allow_explicit && is_explicit(join.kind)) continue;
    found.push_back({.node = id,
                     .message = fmt::format("{} {}: {}, which on large tables fills the disk or never ends",
                                            printable(project.node(id).name), spoken(join.kind),
                                            join.kind == JoinKind::kComma
                                                ? "without the right condition in WHERE every row meets every row"
                                                : "every row meets every row"),
                     .at = Anchor::code(join.offset, join.length),
                     .key = fmt::format("{}", ++number)});
  }
}

Result<void> check(const LintProject& project, const RuleScope& scope, const CartesianJoinOptions& options,
                   Violations& violations) {
  const auto& surveys = project.index<CodeSurveys>();
  std::vector<NodeId> nodes;
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    if (surveys.of(id).join || surveys.of(id).list) nodes.push_back(id);
  });
  violations = collect_in_parallel<Violation>(
      nodes, [&](NodeId id, Violations& found) { look_at(project, id, options, found); });
  return {};
}

const RegisterRule<CartesianJoinOptions> rule{
    {.name = "cartesian-join",
     .subject = "code",
     .summary = "a join has no condition",
     .what = "Finds in models `cross join`, relations joined by commas, a `join` without ON or USING, and conditions "
             "that are always true (`on 1 = 1`). With `allow_explicit`, `cross join` and constant conditions are "
             "allowed: somebody meant them. What is unnested or computed for each row (`unnest`, `flatten`, `lateral`, "
             "functions) is no such join, and neither is a natural one.",
     .why = "A million rows on each side are a million million in the result. Usually a condition was forgotten.",
     .example = R"(```sql models/orders.sql
select o.id, c.name from {{ ref('stg_orders') }} o, {{ ref('stg_customers') }} c
```
```sql models/stg_orders.sql
select 1 as id, 1 as customer_id
```
```sql models/stg_customers.sql
select 1 as id, 'a' as name
```
)",
     .use_instead = R"(```sql models/orders.sql
select o.id, c.name from {{ ref('stg_orders') }} o join {{ ref('stg_customers') }} c on c.id = o.customer_id
```
```sql models/stg_orders.sql
select 1 as id, 1 as customer_id
```
```sql models/stg_customers.sql
select 1 as id, 'a' as name
```
)",
     .basis = "dbt-bouncer: `check_model_does_not_use_cartesian_join`; dbt-doctor: `sql-no-comma-join`.",
     .presets = kOnRequest},
    {option<&CartesianJoinOptions::allow_explicit>("allow_explicit", "Allow CROSS JOIN and constant conditions.")},
    check};

}  // namespace
}  // namespace plowline
