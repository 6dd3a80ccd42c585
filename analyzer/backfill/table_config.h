// What a model's config says about how its table is laid out, in the warehouses' common terms.
//
// A copy of a table must come out as dbt would have built it. Most warehouses can copy a table with all of that; where
// a statement has to say it again, it is said from here. Everything is as dbt read it: Jinja is already rendered.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/warehouse.h"
#include "diagnostic/error.h"
#include "project/project.h"

namespace plowline {

// BigQuery's partition_by.
struct PartitionBy {
  std::string field;
  std::string data_type = "date";                                 // date, timestamp, datetime, int64
  std::string granularity = "day";                                // hour, day, month, year
  std::optional<std::pair<std::string, std::string>> range_ends;  // int64: start, end
  std::string range_interval;
};

// dbt-postgres' indexes.
struct IndexConfig {
  std::vector<std::string> columns;
  bool unique = false;
  std::string type;  // btree, hash, gin, …; empty: the default
};

// A privilege and who has it, from the `grants` config.
struct GrantConfig {
  std::string privilege;
  std::vector<std::string> grantees;
};

struct ColumnConfig {
  std::string name;
  bool quoted = false;
  std::string data_type;  // empty where the project does not declare one
  std::string description;
};

struct TableConfig {
  std::string materialized;
  std::vector<std::string> unique_key;
  std::string upsert_date_key;                 // config or meta
  std::optional<PartitionBy> partition_by;     // BigQuery
  std::vector<std::string> partition_columns;  // Databricks, Spark
  std::vector<std::string> cluster_by;
  std::vector<std::string> liquid_clustered_by;                       // Databricks
  std::vector<std::string> sort;                                      // Redshift
  std::string sort_type;                                              // compound (the default), interleaved
  std::string dist;                                                   // all, even, auto, or a column
  std::vector<IndexConfig> indexes;                                   // Postgres
  std::vector<std::pair<std::string, std::string>> table_properties;  // Databricks, Spark: tblproperties
  std::optional<bool> transient;                                      // Snowflake; dbt's default is true
  std::string file_format;                                            // Databricks, Spark: delta, iceberg, parquet…
  std::string table_format;                                           // Snowflake, BigQuery: iceberg
  std::vector<GrantConfig> grants;
  std::string description;              // of the model
  bool persists_relation_docs = false;  // persist_docs
  bool persists_column_docs = false;
  std::vector<ColumnConfig> columns;  // as declared
};

// Errors: a config that is not JSON. What has another shape than dbt's documentation gives it is taken for not set.
Result<TableConfig> table_config_of(const Project& project, NodeId model);

}  // namespace plowline
