// Data types as people declare them (`data_type:` of a column) against those that the warehouse reports (a catalog's
// column): whether `int` is what it calls `NUMBER`.
//
// Every warehouse has several words for one type, and each reports but one of them, in its own letter case, often
// without the length. What is known of each warehouse:
//
//   Snowflake    "Summary of data types", "Numeric data types", "String & binary data types". Its catalog
//   (dbt-snowflake
//                reads information_schema.columns.data_type) has no lengths: `NUMBER`, `TEXT`. `timestamp` stands for
//                what the account's TIMESTAMP_TYPE_MAPPING says, mostly timestamp_ntz. The longest varchar is 16777216,
//                or 134217728 (since 2025, and in Iceberg tables)
//   BigQuery     "Data types", "Parameterized data types"; dbt-bigquery: a column declared as `struct`, `record` or
//                `array` has its fields declared beside it (`address.city`)
//   Redshift     "Data types", "Character types": text is varchar(256), varchar without a length too, bpchar char(256);
//                `max` is 65535, for char 4096; "Numeric types": numeric is numeric(18,0)
//   Postgres     "Data types". text and varchar without a length are one type here: both hold any text, and dbt's
//                contracts cannot tell them apart either
//   Spark        "Data types" of Spark SQL and of Databricks SQL: long is bigint, decimal is decimal(10,0). A
//   varchar(n)
//                is a string with a length
//   DuckDB       "Data types", "Text types" (the length of a varchar has no effect), "Numeric types": decimal(18,3)
//   Trino        "Data types": decimal is decimal(38,0), timestamp is timestamp(3)
//   Athena       "Data types in Amazon Athena": Trino's words and Hive's mean the same
//   Oracle       "Oracle built-in data types", "ANSI, DB2 and SQL/DS data types". dbt-oracle's catalog has lengths of
//                character types only
//   SQL Server   "Data type synonyms". dbt-sqlserver's catalog has no lengths
//
// and what dbt's adapters make of a declared word before the warehouse sees it (TYPE_LABELS of their Column classes):
// `string` is text everywhere, Trino's `float` is double, SQL Server's `nvarchar` may become varchar, its `tinyint`
// smallint, its `boolean` bit, Oracle's `float` number. Such words count as synonyms, so that no adapter's own
// translation is ever called a difference.
//
// What is not the type itself is passed over: letter case, blanks, `not null`, `collate …`, a field's comment.
#pragma once

#include <cstdint>
#include <string_view>

#include "artifact/warehouse.h"

namespace plowline {

enum class TypeMatch : std::uint8_t {
  kSame,
  kSameButLength,  // one type with another length, precision or scale: varchar(10) and varchar(20)
  kDifferent,
  // It cannot be known: one of the two is empty or a word that plowline does not know for that warehouse (an enum or
  // domain of the user's own), what it means depends on a setting, or the warehouse is unknown. Rules stay silent. (Two
  // types that are spelt alike, blanks and letter case apart, are kSame whether known or not.)
  kUnknown,
};

// `declared` is what the user wrote: without a length it fits any length, `array` and `struct` without their parts fit
// any. `actual` is what the warehouse reports: without a length it fits any where the adapter's catalog leaves lengths
// out, else it has the type's default or none. Two lengths that are both the longest of their type are the same. In
// structs the fields count in their order, names without letter case. Cost: linear; nothing where both are spelt alike.
TypeMatch compare_types(Warehouse warehouse, std::string_view declared, std::string_view actual);

// The same for two types that the warehouse reports, today's and an earlier one: also a length that came or went is
// one.
TypeMatch compare_reported_types(Warehouse warehouse, std::string_view before, std::string_view now);

}  // namespace plowline
