#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"

namespace plowline {
namespace {

// Macros that write no condition.
bool is_known(std::string_view call) {
  static constexpr std::array<std::string_view, 11> kKnown = {
      "config", "ref", "source", "var", "env_var", "is_incremental", "log", "dbt.is_incremental",
      "return", "set", "print"};
  return call.starts_with('.') || std::ranges::find(kKnown, call) != kKnown.end();
}

bool has_word(std::string_view sql, std::string_view word) {
  const auto is_name = [](char c) {
    const char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  const auto same = [](char a, char b) { return ascii_lower(a) == ascii_lower(b); };
  for (std::size_t at = 0; at + word.size() <= sql.size(); ++at) {
    if (!std::ranges::equal(sql.substr(at, word.size()), word, same)) continue;
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_name(sql[at - 1])) && (end == sql.size() || !is_name(sql[end]))) return true;
  }
  return false;
}

// Whether the query reads something and has no condition at all, in its own text or by a macro.
bool never_filters(const LintProject& project, NodeId id) {
  const SqlText& sql = project.sql(id);
  const std::string text = sql.sql_only();
  if (!has_word(text, "from") || has_word(text, "where") || has_word(text, "qualify")) return false;
  return std::ranges::all_of(sql.calls(), [](const SqlText::Call& call) { return is_known(call.name); });
}

void check_model(const LintProject& project, NodeId id, Violations& violations) {
  const NodeConfig& config = project.config(id);
  const NodeRecord& node = project.node(id);
  if (config.partition_by.empty() || (config.materialized != "table" && config.materialized != "incremental")) return;
  const bool is_sql = node.language.empty() || node.language == "sql";
  if (config.materialized == "incremental" && is_sql && never_filters(project, id)) {
    violations.push_back({.node = id,
                          .message = fmt::format(
                              "{} is incremental and partitioned, but its query has no condition: every run reads and "
                              "bills all that lies upstream, and writes all partitions again",
                              printable(node.name)),
                          .at = Anchor{},
                          .key = "where"});
  }
  if (truthy(member_of(config.whole, "require_partition_filter")) || truthy(config.cluster_by)) return;
  violations.push_back(
      {.node = id,
       .message = fmt::format("{} is partitioned, but neither require_partition_filter nor cluster_by is set: a query "
                              "without a condition on the partition reads and bills the whole table",
                              printable(node.name)),
       .at = Anchor::config("partition_by"),
       .key = "partition_by"});
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  if (warehouse_of(project) != Warehouse::kBigQuery) return {};
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) { check_model(project, id, violations); });
  return {};
}

const RegisterRule<> rule{
    {.name = "bigquery-partition-filter",
     .subject = "performance",
     .summary = "a partitioned BigQuery model that nothing makes use of the partitions",
     .what = "On BigQuery, looks at tables and incremental models with `partition_by`. It reports those whose readers "
             "are neither made to filter (`require_partition_filter: true`) nor helped by `cluster_by`; and "
             "incremental ones whose own query reads without any condition (a macro that is called may write one: "
             "then nothing is said).",
     .why = "BigQuery bills the bytes that a query reads. Partitions save them only for queries with a condition on "
            "the partition's column; an incremental model without one pays for all history at every run.",
     .example = R"(```sql models/fct_events.sql
{{ config(materialized='incremental', partition_by={'field': 'day', 'data_type': 'date'}) }}
select day, event_id from {{ ref('stg_events') }}
```
```sql models/stg_events.sql
select current_date as day, 1 as event_id
```
```yaml dbt_project.yml
name: shop
profile: bigquery
```
```json target/manifest.json
{"metadata": {"adapter_type": "bigquery"}}
```)",
     .use_instead = R"(```sql models/fct_events.sql
{{ config(materialized='incremental', partition_by={'field': 'day', 'data_type': 'date'},
          require_partition_filter=true) }}
select day, event_id from {{ ref('stg_events') }}
{% if is_incremental() %}
where day >= date_sub(current_date, interval 3 day)
{% endif %}
```
```sql models/stg_events.sql
select current_date as day, 1 as event_id
```
```yaml dbt_project.yml
name: shop
profile: bigquery
```
```json target/manifest.json
{"metadata": {"adapter_type": "bigquery"}}
```)",
     .basis = "dbt's documentation of BigQuery configs: `partition_by`, `require_partition_filter`, `cluster_by`; "
              "BigQuery, \"Query partitioned tables\".",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    check};

}  // namespace
}  // namespace plowline
