#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

struct IncrementalUniqueKeyOptions {
  std::vector<std::string> strategies_without = {"append", "insert_overwrite", "dynamic_overwrite", "replace_where",
                                                 "microbatch"};
};

Result<void> check(const LintProject& project, const RuleScope& scope, const IncrementalUniqueKeyOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeConfig& config = project.config(id);
    if (config.materialized != "incremental" || truthy(config.unique_key)) return;
    const auto& without = options.strategies_without;
    if (std::ranges::find(without, config.incremental_strategy) != without.end()) return;
    violations.push_back(
        {.node = id,
         .message =
             fmt::format("{} is incremental and has no unique_key: a run appends its rows, so what is read twice "
                         "(a late row, a repeated run) is there twice; set unique_key, or a strategy that needs none",
                         printable(project.node(id).name)),
         .at = Anchor::config("materialized"),
         .key = "unique_key"});
  });
  return {};
}

const RegisterRule<IncrementalUniqueKeyOptions> rule{
    {.name = "incremental-unique-key",
     .subject = "performance",
     .summary = "an incremental model has no unique_key",
     .what =
         "Finds models with `materialized: incremental` that have no `unique_key`. Models whose "
         "`incremental_strategy` says that they work without one (`append`, `insert_overwrite`, `dynamic_overwrite`, "
         "`replace_where`, `microbatch`) are passed over.",
     .why = "Without a key dbt inserts what the query gives and never looks at what is there. A window that overlaps "
            "with the last run's, or a job that is started twice, doubles rows.",
     .example = R"(```sql models/fct_orders.sql
{{ config(materialized='incremental') }}
select 1 as order_id
```)",
     .use_instead = R"(```sql models/fct_orders.sql
{{ config(materialized='incremental', unique_key='order_id') }}
select 1 as order_id
```)",
     .basis = "dbt's documentation of incremental models: without `unique_key` rows are appended. "
              "dbt-databricks replaces what its `replace_where` condition holds for, dbt-starrocks whole partitions "
              "with `dynamic_overwrite`.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    {option<&IncrementalUniqueKeyOptions::strategies_without>("strategies_without",
                                                              "Values of incremental_strategy that need no key.")},
    check};

}  // namespace
}  // namespace plowline
