// dbt's catalog.json as typed records: what `dbt docs generate` found in the warehouse.
//
// A table of the catalog is one that a node or source of the manifest stands for; its columns are those that the
// warehouse reports. What the words mean differs by adapter: `type` of a table (see RelationKind), `type` of a column
// (see artifact/data_type.h), the letter case of names. Every adapter's catalog macro decides what it asks for; the
// comments here tell what dbt's own adapters do.
//
// Every version that dbt wrote is read: v1, the unversioned one before (dbt < 0.19, `generated_at` at the top), and the
// Rust engine's. Records are views into the Catalog that read_catalog returns.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "artifact/file.h"
#include "artifact/json.h"
#include "diagnostic/error.h"

namespace plowline {

// What kind of relation the adapters' words mean.
enum class RelationKind : std::uint8_t {
  kTable,
  kView,              // also Redshift's late-binding view, Databricks' metric view
  kMaterializedView,  // also Snowflake's dynamic table: its rows are the result of a query that Snowflake keeps fresh
  kExternal,  // its rows lie outside the warehouse. On Databricks also a table that dbt built with a location_root
  kOther,     // a word that this version of plowline does not know, or none
};

// `table`, `view`, `materialized view`, `external table`, `other`.
std::string_view to_string(RelationKind kind);

// `word` is a table's type as the catalog has it: `BASE TABLE`, `view`, `MATERIALIZED_VIEW`, `DYNAMIC TABLE`, … Letter
// case does not count, `_` and `-` are blanks.
RelationKind relation_kind_from(std::string_view word);

struct CatalogColumn {
  std::string_view name;  // as the warehouse has it: `ORDER_ID` on Snowflake. BigQuery's nested fields: `address.city`
  std::string_view type;  // in the warehouse's words, with lengths where the adapter asks for them; see data_type.h
  std::string_view comment;
  // The column's place, as the adapter counts: from 0 or 1, with gaps where columns were dropped. Nothing where it is
  // no whole number.
  std::optional<std::int64_t> index;
};

struct CatalogTable {
  std::string_view unique_id;  // of the node or source
  std::string_view type;       // as written: `BASE TABLE`, `VIEW`, `table`, …
  RelationKind kind = RelationKind::kOther;
  std::string_view database;  // empty where the warehouse has none
  std::string_view schema;
  std::string_view name;  // of a date-sharded table on BigQuery: `events_*`
  std::string_view comment;
  std::string_view owner;
  // In the order of their index; those without one are last, in the file's order. Empty where the warehouse does not
  // tell (dbt-bigquery writes one column `<unknown>` for an external table: it is left out).
  std::vector<CatalogColumn> columns;
  // Where the adapter asks for them: Snowflake, BigQuery, Redshift, Spark. They are the warehouse's estimates.
  std::optional<std::uint64_t> row_count;
  std::optional<std::uint64_t> bytes;
  RawJson stats;  // all of them: an object of {id, label, value, description, include}

  bool is_source() const { return unique_id.starts_with("source."); }
};

struct CatalogMetadata {
  std::string_view dbt_schema_version;  // the URL; empty before v1
  std::string_view dbt_version;
  std::string_view generated_at;  // ISO 8601, UTC
  std::string_view invocation_id;
};

struct Catalog {
  // The file's bytes and the strings that had escapes: what all the views below point into.
  FileBytes file;
  std::unique_ptr<Arena> arena;

  CatalogMetadata metadata;
  int schema_version = 0;            // from dbt_schema_version; 0 where there is none
  std::vector<CatalogTable> tables;  // of nodes and sources, in the order of their unique_ids, none twice
  // What went wrong while dbt asked the warehouse: tables may be missing then.
  StringList errors;

  // The table of that node or source; null where the catalog has none. O(log tables).
  const CatalogTable* find(std::string_view unique_id) const;
};

// Reads and closes `file`. Cost: one copy of the file and one pass over it. Errors (exit status 3): every way in which
// the file can be unreadable, cut, not JSON, another artifact (which one is said), or of a wrong shape. Warnings: a
// schema version newer than known.
Result<Catalog> read_catalog(const std::filesystem::path& file, Warnings& warnings);
Result<Catalog> read_catalog(FileBytes file, Warnings& warnings);

}  // namespace plowline
