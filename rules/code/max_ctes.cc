#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/code/code_survey.h"
#include "rules/code/query_names.h"

namespace plowline {
namespace {

struct CodeMaxCtesOptions {
  std::int64_t max = 10;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const CodeMaxCtesOptions& options,
                   Violations& violations) {
  const auto& surveys = project.index<CodeSurveys>();
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    if (surveys.of(id).ctes <= options.max) return;
    const auto ctes = static_cast<std::int64_t>(QueryNames(SqlText(project.code(id))).size());
    if (ctes <= options.max) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} has {} {}, more than {}: the steps between cannot be tested or "
                                "looked at without the whole query",
                                printable(project.node(id).name), ctes, ctes == 1 ? "CTE" : "CTEs", options.max),
         .key = "ctes"});
  });
  return {};
}

const RegisterRule<CodeMaxCtesOptions> rule{
    {.name = "code-max-ctes",
     .subject = "code",
     .summary = "a model has many CTEs",
     .what = "Counts the CTEs with names of their own in each model, also those of subqueries. More than `max` are "
             "found. What Jinja makes is not counted.",
     .why =
         "Each CTE is a step that nobody can test, and that the warehouse works out again for each model that copies "
         "it. Some of them are models.",
     .example = R"(```sql models/orders.sql
with a as (select * from {{ ref('stg_orders') }}), b as (select * from a)
select * from b
```
```sql models/stg_orders.sql
select 1 as id
```
```yaml plowline.yml
rules:
  code-max-ctes: {max: 1}
```
)",
     .use_instead = R"(```sql models/orders.sql
with a as (select * from {{ ref('stg_orders') }})
select * from a
```
```sql models/stg_orders.sql
select 1 as id
```
```yaml plowline.yml
rules:
  code-max-ctes: {max: 1}
```
)",
     .basis = "dbt-doctor: `excessive-cte-depth`.",
     .presets = kOnRequest},
    {option<&CodeMaxCtesOptions::max>("max", "The most CTEs that a model may have.")},
    check};

}  // namespace
}  // namespace plowline
