#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/code/code_survey.h"

namespace plowline {
namespace {

// A macro of the user's own, or of a package, may mean something else by the name.
bool is_dbts_own(const LintProject& project) {
  return std::ranges::none_of(project.project().macros(), [](const MacroRecord& macro) {
    return (macro.name == "is_incremental" || macro.name == "default__is_incremental") && macro.package_name != "dbt";
  });
}

// Whether `materialized` comes from Jinja: it may be `incremental` on another target.
bool is_computed(const LintProject& project, NodeId id) {
  const auto in_sql = config_entry(project.sql(id), "materialized");
  if (in_sql) return !in_sql->literal;
  return scalar_of(member_of(project.node(id).unrendered_config, "materialized")).find("{{") != std::string::npos;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  if (!is_dbts_own(project)) return {};
  const auto& surveys = project.index<CodeSurveys>();
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    if (!surveys.of(id).is_incremental) return;
    const NodeRecord& node = project.node(id);
    const std::string_view materialized = project.config(id).materialized;
    if (materialized.empty() || materialized == "incremental" || is_computed(project, id)) return;
    for (const SqlText::Call& call : project.sql(id).calls("is_incremental")) {
      const bool own = call.name == "is_incremental" || call.name == "dbt.is_incremental";
      if (!own || call.in_sql_comment) continue;
      violations.push_back(
          {.node = id,
           .message = fmt::format("{} is materialized as {}, so is_incremental() is always false: the code for later "
                                  "runs is never used, and every run reads everything",
                                  printable(node.name), printable(materialized)),
           .at = Anchor::code(call.offset, call.length),
           .key = "is_incremental"});
      return;
    }
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "unused-is-incremental",
     .subject = "performance",
     .summary = "is_incremental() in a model that is not incremental",
     .what = "Finds calls of `is_incremental()` in models that are not materialized as `incremental`. Models whose "
             "materialization comes from Jinja (it may be another on another target) and projects with a macro of "
             "that name of their own are passed over.",
     .why = "`is_incremental()` is true only in an incremental model. What stands in its condition is dead code: "
            "either it was forgotten when the model became a table, or the model was meant to be incremental and "
            "rebuilds everything at every run.",
     .example = R"(```sql models/fct_orders.sql
{{ config(materialized='table') }}
select order_id, ordered_at from {{ ref('stg_orders') }}
{% if is_incremental() %}
where ordered_at > (select max(ordered_at) from {{ this }})
{% endif %}
```
```sql models/stg_orders.sql
select 1 as order_id, current_date as ordered_at
```)",
     .use_instead = R"(```sql models/fct_orders.sql
{{ config(materialized='incremental', unique_key='order_id') }}
select order_id, ordered_at from {{ ref('stg_orders') }}
{% if is_incremental() %}
where ordered_at > (select max(ordered_at) from {{ this }})
{% endif %}
```
```sql models/stg_orders.sql
select 1 as order_id, current_date as ordered_at
```)",
     .basis = "dbt-adapters: `is_incremental` asks whether `model.config.materialized` is `incremental`.",
     .severity = Severity::kWarn,
     .presets = kRecommended},
    check};

}  // namespace
}  // namespace plowline
