#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/package_reads.h"
#include "rules/snowplow/query_tokens.h"
#include "rules/snowplow/tagged_models.h"

namespace plowline {
namespace {

// Whether a select list begins with `*` (`select *`, `select distinct *, …`).
bool begins_with_star(const QueryTokens& query, std::size_t behind_select) {
  return query.is_sign(query.is(behind_select, "distinct") ? behind_select + 1 : behind_select, '*');
}

// Whether all columns of what is read come through to the end: every SELECT begins with `*`, and where there are
// several tables they are all a package's.
bool passes_columns_on(const LintProject& project, NodeId model, std::size_t package_tables) {
  const SqlText& sql = project.sql(model);
  const QueryTokens query(sql);
  bool any = false;
  for (std::size_t i = 0; i < query.size(); ++i) {
    if (!query.is(i, "select")) continue;
    if (!begins_with_star(query, i + 1)) return false;
    any = true;
  }
  return any && count_relations(sql) == package_tables;
}

std::string message_of(const LintProject& project, NodeId model, const PackageRead& read, bool fails) {
  const std::string name = printable(project.node(model).name);
  const std::string package = printable(read.package->name);
  const std::string table = printable(project.node(read.table).name);
  if (fails)
    return fmt::format(
        "{0} takes every column of {1}, and its on_schema_change is fail: the first release of {2} that gives {1} "
        "another column makes every run of {0} fail until somebody changes its table",
        name, table, package);
  return fmt::format(
      "{0} takes every column of {1}, and its on_schema_change is ignore: a column that a release of {2} adds never "
      "comes to its table, and one that it removes makes every run of {0} fail",
      name, table, package);
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const NodeId model : own_models_below_packages(project, scope)) {
    const NodeConfig& config = project.config(model);
    const bool fails = config.on_schema_change == "fail";
    if (!is_incremental(config) || (!fails && config.on_schema_change != "ignore")) continue;
    const std::vector<PackageRead> reads = package_reads(project, model);
    if (reads.empty() || !passes_columns_on(project, model, reads.size())) continue;
    violations.push_back({.node = model,
                          .message = message_of(project, model, reads.front(), fails),
                          .at = Anchor::config("on_schema_change")});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-on-schema-change",
     .subject = "snowplow",
     .summary = "an incremental model takes every column of a package's table but cannot follow its changes",
     .what = "Finds incremental models whose code takes all columns of a Snowplow package's table (`select *` from end "
             "to end) and whose `on_schema_change` is `ignore`, dbt's default, or `fail`.",
     .why = "The columns of the packages' tables change with their releases and with variables such as "
            "`snowplow__view_passthroughs`. The packages' own tables follow, with `append_new_columns`. A custom model "
            "with `ignore` keeps the columns of the day on which its table was made, without a word, and with `fail` "
            "it stops, which holds up the whole package as long as the model is tagged.",
     .example = R"(```sql
{{ config(materialized='incremental', unique_key='view_id') }}

select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .use_instead = R"(```sql
{{ config(materialized='incremental', unique_key='view_id', on_schema_change='append_new_columns') }}

select * from {{ ref('snowplow_unified_views_this_run') }}
```)",
     .basis = "dbt's documentation, Incremental models: what each on_schema_change does. The packages' views, sessions "
              "and users set append_new_columns.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
