// The SQL of a backfill, warehouse by warehouse.
//
// One file per dialect, dialect_<name>.cc. A dialect knows how its warehouse quotes, how it writes texts and
// timestamps, how a table is copied or moved without losing its layout, and what it takes to do several statements as
// one. What must be done, and in which order, is decided above (migrate.h, record.h, verify.h): the same steps
// everywhere. Where a warehouse's documentation is the source of a rule, the comment beside it names the page.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/instant.h"
#include "artifact/warehouse.h"
#include "backfill/sql_script.h"
#include "backfill/table_config.h"
#include "backfill/table_name.h"
#include "diagnostic/error.h"

namespace plowline {

// How a table gets to production.
enum class MigrationKind : std::uint8_t {
  kCopy,  // staging keeps its table, to go back to
  kMove,  // staging's table becomes production's: no second copy of the data, nothing left to go back to
};

struct Migration {
  std::string model;  // its name, for comments
  TableName from;
  TableName to;
  MigrationKind kind = MigrationKind::kCopy;
  // Production has a table of that name already: it is first put aside under `backup`. Nothing: the statements fail
  // where one is there.
  std::optional<TableName> backup;
  TableConfig config;
};

class Dialect {
 public:
  virtual ~Dialect() = default;

  virtual std::string_view name() const = 0;  // `snowflake`
  virtual Warehouse warehouse() const = 0;

  // A single name, quoted where it must be: where the part was quoted, or is no plain identifier or is a reserved word.
  virtual std::string identifier(const NamePart& part) const = 0;
  // The whole name.
  virtual std::string table(const TableName& name) const;
  // A column that a config names.
  virtual std::string column(std::string_view name) const = 0;
  // A text literal. Any bytes; it cannot be left.
  virtual std::string text(std::string_view value) const = 0;
  // A literal of the type that last_success has (type_timestamp() of dbt's macros), at full precision.
  virtual std::string timestamp(Instant instant) const = 0;
  // The type of a text in `cast(… as …)`.
  virtual std::string_view text_type() const { return "varchar"; }
  // `least(a, b)`, where a null among them must not decide.
  virtual std::string least(std::string_view a, std::string_view b) const;

  // The statements that begin and end what must be done as one. Empty where a single statement is all there is, or
  // where the warehouse has no such thing: then `transaction_note` says what that means.
  virtual std::vector<SqlStatement> begin() const = 0;
  virtual std::vector<SqlStatement> commit() const = 0;
  virtual std::string transaction_note() const { return {}; }
  // What keeps others from writing to the table until commit(). Nothing where the warehouse has no such statement.
  virtual std::optional<SqlStatement> lock(const TableName&) const { return std::nullopt; }
  // Whether one statement can read a table of another database (of the same account, region or metastore).
  virtual bool reads_across_databases() const { return true; }

  // The statements of a migration, all but checks; begin() and commit() are among them where they belong. Errors (exit
  // status 2): a kind that this warehouse cannot do between these two tables (says which way it can).
  virtual Result<SqlScript> migrate(const Migration& migration) const = 0;

  // A query whose rows are the table's columns, in order: `ordinal_position`, `column_name`, `data_type` (the type with
  // its length or precision), both as the warehouse has them.
  virtual std::string columns_query(const TableName& name) const = 0;
  // Whether columns_query() may stand in a FROM clause, with those column names (`DESCRIBE TABLE` may not).
  virtual bool columns_query_nests(const TableName&) const { return true; }
  // A query with one row and one column, the number of tables or views of that name: 0 or 1. Where the warehouse cannot
  // count them (Spark, Databricks' hive_metastore), a row for each; exists_counts() tells which.
  virtual std::string exists_query(const TableName& name) const = 0;
  virtual bool exists_counts(const TableName&) const { return true; }
  // A query with one row and one column, `owner`, the role that the table belongs to. Empty: tables have no owner here,
  // or it cannot be asked for.
  virtual std::string owner_query(const TableName&) const { return {}; }
  // What stands between two queries to subtract the rows of the second: `except all`, where rows that stand twice are
  // counted, else the operator that compares sets.
  virtual std::string_view except_operator() const { return "except"; }
};

// The dialect of an adapter (`metadata.adapter_type`): snowflake, bigquery, databricks, redshift, postgres, spark, and
// the adapters that speak one of these. Errors (exit status 2): another one, with those there are.
Result<const Dialect*> dialect_for(std::string_view adapter_type);
// All of them, in the order of their names.
std::span<const Dialect* const> all_dialects();

}  // namespace plowline
