// Databricks.
//
// A copy is a DEEP CLONE: data, schema, partitioning and nullability ("Clone a table on Databricks"; "CREATE TABLE
// CLONE"). Never a SHALLOW one: it reads staging's files, and is broken as soon as staging is dropped or vacuumed. The
// table's description is not cloned, and nor are its grants: both are said again. What is no Delta table is created
// from a query instead, since a clone of it would come out as one.
//
// A move is ALTER TABLE … RENAME TO, which stays within one catalog ("ALTER TABLE": RENAME TO).
#include <fmt/format.h>
#include <iterator>

#include "backfill/dialect_names.h"
#include "backfill/dialects.h"
#include "backfill/postgres_names.h"
#include "backfill/spark_table.h"

namespace plowline {
namespace {

class DatabricksDialect final : public Dialect {
 public:
  std::string_view name() const override { return "databricks"; }
  Warehouse warehouse() const override { return Warehouse::kSpark; }

  // "Names": in backticks, those inside doubled. Case never counts.
  std::string identifier(const NamePart& part) const override { return doubled_quotes(part.text, '`'); }
  std::string column(std::string_view name) const override { return identifier({std::string(name), false}); }
  // "STRING type": literals. A quote is written as its number: `\'` ends the text for clients that know no backslashes.
  std::string text(std::string_view value) const override { return backslash_text(value, "\\u0027"); }
  // "TIMESTAMP type": a literal without a zone would be read in the session's.
  std::string timestamp(Instant instant) const override {
    return fmt::format("timestamp '{}+00:00'", to_text(instant));
  }
  std::string_view text_type() const override { return "string"; }

  // Each statement is a transaction of its table ("ACID guarantees on Databricks").
  std::vector<SqlStatement> begin() const override { return {}; }
  std::vector<SqlStatement> commit() const override { return {}; }
  std::string transaction_note() const override {
    return "Databricks commits each of these statements by itself: after a failure, stop, and read which of them were "
           "done.";
  }

  Result<SqlScript> migrate(const Migration& migration) const override;
  std::string columns_query(const TableName& name) const override;
  bool columns_query_nests(const TableName& name) const override { return in_unity(name); }
  std::string exists_query(const TableName& name) const override;
  bool exists_counts(const TableName& name) const override { return in_unity(name); }
  std::string owner_query(const TableName& name) const override;
  std::string_view except_operator() const override { return "except all"; }

 private:
  // "Information schema": every catalog of Unity Catalog has one; hive_metastore has none.
  static bool in_unity(const TableName& name) {
    return name.database && ascii_lower(name.database->text) != "hive_metastore";
  }
  std::string named(const TableName& name) const {
    return fmt::format("table_schema = lower({}) and table_name = lower({})", text(name.schema.text),
                       text(name.identifier.text));
  }
  static bool same_catalog(const TableName& a, const TableName& b) {
    return !a.database || !b.database || ascii_lower(a.database->text) == ascii_lower(b.database->text);
  }
  std::string rename(const TableName& from, const TableName& to) const {
    return fmt::format("alter table {} rename to {}", table(from), table(to));
  }
  void copy(const Migration& migration, SqlScript& script) const;
};

void DatabricksDialect::copy(const Migration& migration, SqlScript& script) const {
  const TableConfig& config = migration.config;
  auto& statements = script.statements;
  script.notes.push_back(
      "Run it as the principal that production's dbt uses: the table will belong to whoever runs it.");
  if (!config.file_format.empty() && config.file_format != "delta") {
    statements.push_back(
        {"Fails where production has such a table. Layout, properties and description are those of the model's config.",
         create_as_select(*this, migration)});
    return;
  }
  std::string sql = fmt::format("create table {}\n  deep clone {}", table(migration.to), table(migration.from));
  if (const std::string properties = property_list(*this, config); !properties.empty()) {
    sql += "\n  tblproperties " + properties;
  }
  statements.push_back({"Fails where production has such a table. A copy of its own: staging may be dropped.", sql});
  if (!config.liquid_clustered_by.empty()) {
    // "Use liquid clustering for tables": ALTER TABLE … CLUSTER BY. The page on clones does not say that they have it.
    statements.push_back(
        {"The clustering of the model's config.", fmt::format("alter table {} cluster by {}", table(migration.to),
                                                              column_list(*this, config.liquid_clustered_by))});
  }
  if (config.persists_relation_docs && !config.description.empty()) {
    // "COMMENT ON".
    statements.push_back({"A clone has no description: the model's own, as persist_docs has it.",
                          fmt::format("comment on table {} is {}", table(migration.to), text(config.description))});
  }
}

Result<SqlScript> DatabricksDialect::migrate(const Migration& migration) const {
  const bool copies = migration.kind == MigrationKind::kCopy;
  if (!copies && !same_catalog(migration.from, migration.to)) {
    return usage_error(fmt::format("Databricks cannot move {} into another catalog", shown(migration.from)),
                       "copy it (leave out --move), and drop staging's table when all is well");
  }
  SqlScript script{.title = migration_title(migration), .notes = {transaction_note()}, .statements = {}};
  auto& statements = script.statements;
  if (migration.backup) {
    statements.push_back({"Production's table keeps its rows and its grants under another name.",
                          rename(migration.to, *migration.backup)});
    script.notes.push_back(fmt::format(
        "The old table's grants stay with it. What the model's config does not grant, grant again: show grants on "
        "table {}",
        table(*migration.backup)));
  }
  if (copies) {
    copy(migration, script);
  } else {
    statements.push_back({"Fails where production has such a table. Layout, properties, owner and grants go along.",
                          rename(migration.from, migration.to)});
    script.notes.push_back(
        "The table keeps staging's owner and staging's grants: production's dbt must own it (alter table … set owner "
        "to …).");
  }
  std::ranges::move(grant_statements(migration, script.notes,
                                     [&](const std::string& privilege, const std::string& grantee) {
                                       // "GRANT": one principal each.
                                       return fmt::format("grant {} on table {} to {}", privilege, table(migration.to),
                                                          column(grantee));
                                     }),
                    std::back_inserter(statements));
  return script;
}

// "COLUMNS": full_data_type has the type's parameters.
std::string DatabricksDialect::columns_query(const TableName& name) const {
  if (!in_unity(name)) return "describe table " + table(name);
  return fmt::format(
      "select ordinal_position, column_name, full_data_type as data_type\n"
      "from {}.information_schema.columns\n"
      "where {}\n"
      "order by ordinal_position",
      identifier(*name.database), named(name));
}

// "SHOW TABLES" where there is no information schema: its rows cannot be counted by a query.
std::string DatabricksDialect::exists_query(const TableName& name) const {
  if (!in_unity(name)) {
    const std::string schema = (name.database ? identifier(*name.database) + "." : "") + identifier(name.schema);
    return fmt::format("show tables in {} like {}", schema, text(name.identifier.text));
  }
  return fmt::format("select count(*) from {}.information_schema.tables where {}", identifier(*name.database),
                     named(name));
}

std::string DatabricksDialect::owner_query(const TableName& name) const {
  if (!in_unity(name)) return {};
  return fmt::format("select table_owner as owner from {}.information_schema.tables where {}",
                     identifier(*name.database), named(name));
}

}  // namespace

const Dialect& databricks_dialect() {
  static const DatabricksDialect dialect;
  return dialect;
}

}  // namespace plowline
