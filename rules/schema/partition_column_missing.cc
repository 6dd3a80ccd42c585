#include <array>
#include <fmt/format.h>

#include "artifact/text_search.h"
#include "artifact/warehouse.h"
#include "lint/rule.h"
#include "rules/schema/produced_columns.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct PlacementConfig {
  Warehouse warehouse;
  std::string_view key;
};

// The configs by which dbt's adapters lay out tables, where their values are columns.
constexpr std::array<PlacementConfig, 10> kConfigs = {{{Warehouse::kBigQuery, "partition_by"},
                                                       {Warehouse::kBigQuery, "cluster_by"},
                                                       {Warehouse::kSnowflake, "cluster_by"},
                                                       {Warehouse::kRedshift, "sort"},
                                                       {Warehouse::kRedshift, "dist"},
                                                       {Warehouse::kSpark, "partition_by"},
                                                       {Warehouse::kSpark, "clustered_by"},
                                                       {Warehouse::kSpark, "liquid_clustered_by"},
                                                       {Warehouse::kAthena, "partitioned_by"},
                                                       {Warehouse::kAthena, "bucketed_by"}}};

bool is_word_of_redshift(std::string_view value) {
  return value == "all" || value == "even" || value == "auto" || value == "key" || value == "none";
}

std::vector<std::string> columns_in(Warehouse warehouse, RawJson value) {
  if (warehouse == Warehouse::kBigQuery && value.bytes.starts_with("{")) {
    // With partitions by the time of loading the column is BigQuery's own.
    if (truthy(member_of(value, "time_ingestion_partitioning"))) return {};
    return texts_of(member_of(value, "field"));
  }
  return texts_of(value);
}

bool is_of_the_warehouse(Warehouse warehouse, std::string_view column) {
  if (warehouse == Warehouse::kRedshift) return is_word_of_redshift(column);
  return warehouse == Warehouse::kBigQuery && !column.empty() && column.front() == '_';  // _PARTITIONTIME
}

void check_config(const LintProject& project, NodeId id, const PlacementConfig& config, Violations& violations) {
  const RawJson value = member_of(project.config(id).whole, config.key);
  const std::vector<std::string> columns = columns_in(config.warehouse, value);
  ProducedColumns produced(project, id);
  std::vector<std::string_view> missing;
  for (const std::string& column : columns) {
    if (is_of_the_warehouse(config.warehouse, column)) continue;
    if (produced.gives(column) == Given::kNo) missing.push_back(column);
  }
  if (missing.empty()) return;
  violations.push_back({.node = id,
                        .message = fmt::format("{} of {} names {}, which its query does not give: the warehouse "
                                               "refuses to create the table",
                                               config.key, printable(project.node(id).name), name_list(missing)),
                        .at = Anchor::config(std::string(config.key)),
                        .key = std::string(config.key)});
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const Warehouse warehouse = warehouse_from(project.project().metadata().adapter_type);
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const std::string_view bytes = project.node(id).config.bytes;
    for (const PlacementConfig& config : kConfigs) {
      if (config.warehouse != warehouse || !has_text(bytes, config.key)) continue;
      const std::string_view materialized = project.config(id).materialized;
      if (materialized == "view" || materialized == "ephemeral") continue;
      check_config(project, id, config, violations);
    }
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-partition-column-missing",
     .subject = "schema",
     .summary = "a table is partitioned, clustered, sorted or distributed by a column that its query does not give",
     .what = "Finds models whose `partition_by`, `cluster_by`, `sort`, `dist` and the like (those that the project's "
             "adapter reads) name a column that the query does not give: the select list names every column and not "
             "this one. Expressions are not looked at, nor are views.",
     .why = "dbt writes the config into the statement that creates the table, which fails.",
     .example = R"(```sql
{{ config(materialized='table', partition_by={'field': 'created_at', 'data_type': 'timestamp'}) }}
select id, created_at as ordered_at from {{ ref('stg_orders') }}
```)",
     .use_instead = R"(```sql
{{ config(materialized='table', partition_by={'field': 'ordered_at', 'data_type': 'timestamp'}) }}
select id, created_at as ordered_at from {{ ref('stg_orders') }}
```)",
     .basis = "The adapters' `create_table_as`: BigQuery, Snowflake, Redshift, Spark, Databricks, Athena.",
     .severity = Severity::kError,
     .presets = kRecommended},
    check};

}  // namespace
}  // namespace plowline
