// BigQuery.
//
// A copy is CREATE TABLE … COPY: partitioning, clustering and options are the source's, and it costs no query ("Data
// definition language (DDL) statements": CREATE TABLE COPY). It is independent of staging, as a CLONE is too
// ("Introduction to table clones"), and unlike a clone it is not billed against a table that is to be dropped. Both
// want one region
// ("Create table clones": limitations of all table copy jobs). ALTER TABLE … RENAME TO takes a name without a dataset:
// a table cannot be moved from one dataset into another (the same page).
#include <fmt/format.h>
#include <iterator>

#include "backfill/dialect_names.h"
#include "backfill/dialects.h"
#include "backfill/postgres_names.h"

namespace plowline {
namespace {

class BigQueryDialect final : public Dialect {
 public:
  std::string_view name() const override { return "bigquery"; }
  Warehouse warehouse() const override { return Warehouse::kBigQuery; }

  std::string identifier(const NamePart& part) const override;
  std::string column(std::string_view name) const override { return identifier({std::string(name), false}); }
  // "Lexical structure and syntax": escape sequences for string and bytes literals; `''` is none of them.
  std::string text(std::string_view value) const override { return backslash_text(value, "\\u0027"); }
  // type_timestamp() is TIMESTAMP, a point in time. "Lexical structure": timestamp literals.
  std::string timestamp(Instant instant) const override {
    return fmt::format("timestamp '{}+00:00'", to_text(instant));
  }
  std::string_view text_type() const override { return "string"; }

  // "Multi-statement transactions": they take no statement that creates or renames a permanent table, and what remains
  // is one statement each time, which is atomic by itself.
  std::vector<SqlStatement> begin() const override { return {}; }
  std::vector<SqlStatement> commit() const override { return {}; }
  std::string transaction_note() const override {
    return "BigQuery commits each of these statements by itself: after a failure, stop, and read which of them were "
           "done.";
  }

  Result<SqlScript> migrate(const Migration& migration) const override;
  std::string columns_query(const TableName& name) const override;
  std::string exists_query(const TableName& name) const override;
  // "Query syntax": EXCEPT must say DISTINCT.
  std::string_view except_operator() const override { return "except distinct"; }

 private:
  static bool same_dataset(const TableName& a, const TableName& b) {
    return a.schema.text == b.schema.text && (!a.database || !b.database || a.database->text == b.database->text);
  }
  std::string rename(const TableName& from, const TableName& to) const {
    return fmt::format("alter table {} rename to {}", table(from), identifier(to.identifier));
  }
  std::string in_dataset(std::string_view view, const TableName& name) const;
  SqlStatement options(const Migration& migration) const;
};

// "Lexical structure": quoted identifiers have the escape sequences of string literals. Quotes change neither case nor
// meaning here, so every name stands in them.
std::string BigQueryDialect::identifier(const NamePart& part) const {
  std::string result = "`";
  const std::string clean = doubled_quotes(part.text, '`');
  for (std::size_t i = 1; i + 1 < clean.size(); ++i) {
    if (clean[i] == '`') {
      result += "\\x60";
      ++i;
    } else {
      result += clean[i] == '\\' ? "\\\\" : std::string(1, clean[i]);
    }
  }
  return result + '`';
}

// "ALTER TABLE SET OPTIONS": NULL takes an option away.
SqlStatement BigQueryDialect::options(const Migration& migration) const {
  std::string list = "expiration_timestamp = null";
  if (migration.config.persists_relation_docs && !migration.config.description.empty()) {
    list += ", description = " + text(migration.config.description);
  }
  return {"Tables of a staging dataset often expire after some days: production's must not.",
          fmt::format("alter table {} set options ({})", table(migration.to), list)};
}

Result<SqlScript> BigQueryDialect::migrate(const Migration& migration) const {
  const bool copies = migration.kind == MigrationKind::kCopy;
  if (!copies && !same_dataset(migration.from, migration.to)) {
    return usage_error(fmt::format("BigQuery cannot move {} into another dataset", shown(migration.from)),
                       "copy it (leave out --move), and drop staging's table when all is well");
  }
  if (migration.backup && !same_dataset(migration.to, *migration.backup)) {
    return usage_error(fmt::format("BigQuery cannot put {} aside in another dataset", shown(migration.to)),
                       "keep the backup in the same dataset");
  }
  SqlScript script{.title = migration_title(migration), .notes = {transaction_note()}, .statements = {}};
  auto& statements = script.statements;
  if (migration.backup) {
    statements.push_back({"Production's table keeps its rows, its partitions and its options under another name.",
                          rename(migration.to, *migration.backup)});
  }
  if (copies) {
    script.notes.push_back(
        "Both datasets must lie in one region; from another region, copy the dataset first (BigQuery Data Transfer "
        "Service).");
    statements.push_back(
        {"Fails where production has such a table. Partitioning, clustering and options are staging's.",
         fmt::format("create table {}\n  copy {}", table(migration.to), table(migration.from))});
  } else {
    statements.push_back({"Fails where production has such a table.", rename(migration.from, migration.to)});
  }
  statements.push_back(options(migration));
  std::ranges::move(grant_statements(migration, script.notes,
                                     [&](const std::string& role, const std::string& grantee) {
                                       // "Data control language (DCL) statements": GRANT.
                                       return fmt::format("grant {} on table {} to {}", identifier({role, false}),
                                                          table(migration.to), text(grantee));
                                     }),
                    std::back_inserter(statements));
  return script;
}

// "INFORMATION_SCHEMA": with the dataset before it, case-sensitive.
std::string BigQueryDialect::in_dataset(std::string_view view, const TableName& name) const {
  return fmt::format("{}{}.INFORMATION_SCHEMA.{}", name.database ? identifier(*name.database) + "." : std::string(),
                     identifier(name.schema), view);
}

// "COLUMNS view": the type stands there with its parameters.
std::string BigQueryDialect::columns_query(const TableName& name) const {
  return fmt::format(
      "select ordinal_position, column_name, data_type\n"
      "from {}\n"
      "where table_name = {}\n"
      "order by ordinal_position",
      in_dataset("COLUMNS", name), text(name.identifier.text));
}

std::string BigQueryDialect::exists_query(const TableName& name) const {
  return fmt::format("select count(*) from {} where table_name = {}", in_dataset("TABLES", name),
                     text(name.identifier.text));
}

}  // namespace

const Dialect& bigquery_dialect() {
  static const BigQueryDialect dialect;
  return dialect;
}

}  // namespace plowline
