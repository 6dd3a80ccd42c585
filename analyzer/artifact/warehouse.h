// The warehouses whose words plowline knows: of data types (artifact/data_type.h), and how they take column names.
//
// dbt names its adapters (`metadata.adapter_type` of a manifest); several adapters speak to one kind of warehouse.
#pragma once

#include <cstdint>
#include <string_view>

namespace plowline {

enum class Warehouse : std::uint8_t {
  kSnowflake,
  kBigQuery,
  kRedshift,
  kPostgres,  // postgres, alloydb, greenplum, materialize, risingwave
  kSpark,     // databricks, spark, fabricspark, glue
  kDuckDb,    // duckdb, motherduck
  kTrino,     // trino, starburst, presto
  kAthena,    // Trino's words in queries, Hive's in the Glue catalog
  kOracle,
  kSqlServer,  // sqlserver, fabric, synapse
  kOther,      // nothing is known of it
};

// kOther for an adapter that this version of plowline does not know, and for none.
Warehouse warehouse_from(std::string_view adapter_type);

// Whether a column that is declared under that name is the warehouse's column `actual` (CatalogColumn::name). `quoted`:
// the declaration says `quote: true`.
//
//   Snowflake, Oracle    a name without quotes is stored in upper case; in quotes, as it is written
//   Postgres             in lower case; in quotes, as it is written
//   all others           letter case never counts, not in quotes either (Redshift: unless the cluster has
//                        enable_case_sensitive_identifier; SQL Server: unless the database's collation says so)
//
// A name that is spelt exactly as the warehouse has it is always the same: whoever writes `orderId` for `orderId` means
// that column, though the declaration forgets the quotes. Only the letters A to Z are folded. From: Snowflake,
// "Identifier requirements"; PostgreSQL, "Lexical structure"; Oracle, "Database object names and qualifiers"; BigQuery,
// "Lexical structure: case sensitivity"; Databricks, "Identifiers"; DuckDB, "Keywords and identifiers"; Trino,
// "Keywords and identifiers"; Redshift, "Names and identifiers"; SQL Server, "Database identifiers".
bool same_column_name(Warehouse warehouse, std::string_view declared, bool quoted, std::string_view actual);

}  // namespace plowline
