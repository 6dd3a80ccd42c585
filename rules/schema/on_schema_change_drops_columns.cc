#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/changed_configs.h"
#include "rules/schema/produced_columns.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

using Names = std::vector<std::string>;

struct NewColumns {
  Names added;
  Names gone;
};

Names only_in(const Names& columns, const Names& others) {
  Names out;
  for (const std::string& column : columns) {
    if (std::ranges::find(others, column) == others.end()) out.push_back(column);
  }
  return out;
}

// With an enforced contract the declared columns are those of the query.
std::optional<Names> columns_of(const LintProject& project, NodeId id) {
  if (!truthy(member_of(project.node(id).contract, "enforced"))) return produced_columns(project, id);
  Names out;
  for (const Column& column : project.columns(id)) {
    if (column.name.find('.') != std::string_view::npos) continue;  // a field of a struct
    std::string name;
    for (const char c : column.name) name += ascii_lower(c);
    out.push_back(std::move(name));
  }
  return out;
}

std::optional<NewColumns> compare(const LintProject& project, NodeId id, NodeId previous) {
  const auto now = columns_of(project, id);
  if (!now) return std::nullopt;
  const auto before = columns_of(*project.state(), previous);
  if (!before) return std::nullopt;
  return NewColumns{only_in(*now, *before), only_in(*before, *now)};
}

std::string list_of(const Names& names) {
  return name_list(std::vector<std::string_view>(names.begin(), names.end()));
}

// What the next run does, or nothing where it does what was meant.
std::string consequence(std::string_view on_schema_change, const NewColumns& columns, const std::string& until) {
  const std::string added = list_of(columns.added);
  const std::string gone = list_of(columns.gone);
  const char* are = columns.added.size() == 1 ? "is" : "are";
  if (on_schema_change == "fail") {
    const std::string changed =
        columns.added.empty() ? gone : (columns.gone.empty() ? added : fmt::format("{} and {}", added, gone));
    return fmt::format("every run fails because of {}{}", changed, until);
  }
  if (on_schema_change == "sync_all_columns") {
    return columns.gone.empty()
               ? std::string()
               : fmt::format("the next run drops {} from the table, with the values of all rows", gone);
  }
  if (on_schema_change == "append_new_columns") return {};
  if (!columns.gone.empty()) {
    return fmt::format("the table that is there still has {}, and every run fails because the query does not{}", gone,
                       until);
  }
  return fmt::format("{} {} left out of the table that is there, without a word,{}", added, are, until);
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const auto& [id, previous] : project.index<DifferingNodes>().columns) {
    if (!scope.contains(id) || project.node(id).resource_type != ResourceType::kModel) continue;
    if (!stays_incremental(project, id, previous) || truthy(project.config(id).full_refresh)) continue;
    const auto columns = compare(project, id, previous);
    if (!columns || (columns->added.empty() && columns->gone.empty())) continue;
    const std::string_view config = project.config(id).on_schema_change;
    const std::string_view value = config.empty() ? "ignore" : config;
    const std::string result = consequence(value, *columns, until_full_refresh(project, id));
    if (result.empty()) continue;
    violations.push_back({.node = id,
                          .message = fmt::format("the query of {} gives other columns than in the state, and its "
                                                 "on_schema_change is {}{}: {}",
                                                 printable(project.node(id).name), printable(value),
                                                 config.empty() ? " (dbt's default)" : "", result),
                          .at = Anchor::config("on_schema_change"),
                          .key = "on_schema_change"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-on-schema-change-drops-columns",
     .subject = "schema",
     .summary = "an incremental model's columns change, and on_schema_change does not take them over",
     .what =
         "Compares the columns of incremental models with the earlier manifest (`--state`) and tells what "
         "`on_schema_change` makes of the difference: `ignore`, the default, leaves new columns out of the table and "
         "fails on columns that are gone, `fail` stops every run, `sync_all_columns` drops columns with their data. "
         "The columns are those of the contract, or of select lists that name every column; else nothing is said.",
     .why = "The table that is there keeps its columns. A new one that is silently left out looks deployed and is not; "
            "one that is dropped cannot be had back for rows that are built only once.",
     .example = R"(```sql
{{ config(materialized='incremental', unique_key='order_id') }}
select order_id, amount, currency from {{ ref('stg_orders') }}  -- currency is new
```)",
     .use_instead = R"(```sql
{{ config(materialized='incremental', unique_key='order_id', on_schema_change='append_new_columns') }}
select order_id, amount, currency from {{ ref('stg_orders') }}
```)",
     .basis = "dbt-adapters: `process_schema_changes`; with `ignore` the rows are inserted by the columns of the table "
              "that is there.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
