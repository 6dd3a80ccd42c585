// Apache Spark, with whatever keeps its tables: Iceberg, Delta, Hive.
//
// Spark has no statement that copies a table with its layout ("CREATE TABLE LIKE" takes no rows), so a copy is a CREATE
// TABLE … AS SELECT that says the layout again from the model's config. ALTER TABLE … RENAME TO renames within a
// database and does not move between databases ("ALTER TABLE": RENAME).
#include <fmt/format.h>

#include "backfill/dialect_names.h"
#include "backfill/dialects.h"
#include "backfill/spark_table.h"

namespace plowline {
namespace {

class SparkDialect final : public Dialect {
 public:
  std::string_view name() const override { return "spark"; }
  Warehouse warehouse() const override { return Warehouse::kSpark; }

  // "Identifiers": in backticks, those inside doubled. The spark-sql client splits its input at semicolons, in
  // backticks too, and no table is called so.
  std::string identifier(const NamePart& part) const override { return doubled_quotes(part.text, '`', ";"); }
  std::string column(std::string_view name) const override { return identifier({std::string(name), false}); }
  // "Literals": string literal. Quotes and semicolons are written as their numbers, so that the client, which looks for
  // both, sees none.
  std::string text(std::string_view value) const override { return backslash_text(value, "\\u0027", ";\"`"); }
  // "Literals": datetime literal. Without a zone it would be read in the session's.
  std::string timestamp(Instant instant) const override {
    return fmt::format("timestamp '{}+00:00'", to_text(instant));
  }
  std::string_view text_type() const override { return "string"; }

  std::vector<SqlStatement> begin() const override { return {}; }
  std::vector<SqlStatement> commit() const override { return {}; }
  std::string transaction_note() const override {
    return "Spark has no transactions over several statements: after a failure, stop, and read which of them were "
           "done.";
  }

  Result<SqlScript> migrate(const Migration& migration) const override;
  // "DESCRIBE TABLE", "SHOW TABLES": Spark has no information schema.
  std::string columns_query(const TableName& name) const override { return "describe table " + table(name); }
  bool columns_query_nests(const TableName&) const override { return false; }
  std::string exists_query(const TableName& name) const override {
    return fmt::format("show tables in {} like {}", place(name), text(name.identifier.text));
  }
  bool exists_counts(const TableName&) const override { return false; }
  std::string_view except_operator() const override { return "except all"; }

 private:
  std::string place(const TableName& name) const {
    return (name.database ? identifier(*name.database) + "." : "") + identifier(name.schema);
  }
  // The bare name: with a catalog before it, versions before 3.4 take the catalog for a namespace (SPARK-40804).
  std::string rename(const TableName& from, const TableName& to) const {
    return fmt::format("alter table {} rename to {}", table(from), identifier(to.identifier));
  }
  bool same_place(const TableName& a, const TableName& b) const {
    return ascii_lower(place(a)) == ascii_lower(place(b));
  }
  void column_comments(const Migration& migration, SqlScript& script) const;
};

// "ALTER TABLE": ALTER COLUMN … COMMENT. A query's columns have no comments.
void SparkDialect::column_comments(const Migration& migration, SqlScript& script) const {
  if (!migration.config.persists_column_docs) return;
  for (const ColumnConfig& declared : migration.config.columns) {
    if (declared.description.empty()) continue;
    script.statements.push_back({fmt::format("The description of {}.", printable(declared.name)),
                                 fmt::format("alter table {} alter column {} comment {}", table(migration.to),
                                             column(declared.name), text(declared.description))});
  }
}

Result<SqlScript> SparkDialect::migrate(const Migration& migration) const {
  const TableConfig& config = migration.config;
  const bool copies = migration.kind == MigrationKind::kCopy;
  if (!copies && !same_place(migration.from, migration.to)) {
    return usage_error(fmt::format("Spark cannot move {} into another database", shown(migration.from)),
                       "copy it (leave out --move), and drop staging's table when all is well");
  }
  if (migration.backup && !same_place(migration.to, *migration.backup)) {
    return usage_error(fmt::format("Spark cannot put {} aside in another database", shown(migration.to)),
                       "keep the backup in the same database");
  }
  SqlScript script{.title = migration_title(migration), .notes = {transaction_note()}, .statements = {}};
  if (migration.backup) {
    script.statements.push_back(
        {"Production's table keeps its rows under another name.", rename(migration.to, *migration.backup)});
  }
  if (copies) {
    script.statements.push_back(
        {"Fails where production has such a table. Layout, properties and description are those of the model's config.",
         create_as_select(*this, migration)});
    column_comments(migration, script);
    if (!config.cluster_by.empty() || config.file_format.empty()) {
      script.notes.push_back(
          "What the model's config does not say of the layout (buckets, location, format) is the catalog's default: "
          "compare show create table of both tables.");
    }
  } else {
    script.statements.push_back({"Fails where production has such a table.", rename(migration.from, migration.to)});
  }
  if (!config.grants.empty()) {
    script.notes.push_back(
        "Spark's SQL has no GRANT: give the readers that the model's grants name their rights where "
        "your catalog keeps them.");
  }
  return script;
}

}  // namespace

const Dialect& spark_dialect() {
  static const SparkDialect dialect;
  return dialect;
}

}  // namespace plowline
