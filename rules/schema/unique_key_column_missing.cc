#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/produced_columns.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

// Whether runs look for the rows of the key.
bool uses_unique_key(const NodeConfig& config) {
  static constexpr std::array<std::string_view, 4> kStrategies = {"", "default", "merge", "delete+insert"};
  if (config.materialized == "snowplow_incremental") return true;
  return config.materialized == "incremental" &&
         std::ranges::find(kStrategies, config.incremental_strategy) != kStrategies.end();
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeConfig& config = project.config(id);
    if (config.unique_key.empty() || !uses_unique_key(config)) return;
    const std::vector<std::string> columns = texts_of(config.unique_key);
    ProducedColumns produced(project, id);
    std::vector<std::string_view> missing;
    for (const std::string& column : columns) {
      if (produced.gives(column) == Given::kNo) missing.push_back(column);
    }
    if (missing.empty()) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("unique_key of {} names {}, which its query does not give: the first run creates the "
                                "table, and every run after it ends with a database error",
                                printable(project.node(id).name), name_list(missing)),
         .at = Anchor::config("unique_key"),
         .key = "unique_key"});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-unique-key-column-missing",
     .subject = "schema",
     .summary = "unique_key names a column that the model's query does not give",
     .what = "Finds incremental models whose `unique_key` (or a part of it) is no column of the query: the select list "
             "names every column and not this one. Expressions are not looked at, nor are the strategies that make no "
             "use of the key (`append`, `insert_overwrite`).",
     .why = "The first run creates the table without looking at the key. The second one merges by it, or deletes by "
            "it, and fails: the mistake shows in production.",
     .example = R"(```sql
{{ config(materialized='incremental', unique_key='id') }}
select id as order_id, amount from {{ ref('stg_orders') }}
```)",
     .use_instead = R"(```sql
{{ config(materialized='incremental', unique_key='order_id') }}
select id as order_id, amount from {{ ref('stg_orders') }}
```)",
     .basis = "dbt-adapters: `get_merge_sql` and `get_delete_insert_merge_sql` compare the key's columns of the new "
              "rows and of the table.",
     .severity = Severity::kError,
     .presets = kRecommended},
    check};

}  // namespace
}  // namespace plowline
