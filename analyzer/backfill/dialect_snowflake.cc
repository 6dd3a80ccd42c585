// Snowflake.
//
// A copy is a clone: no data is copied, and columns, constraints, comments and the clustering key are the source's
// ("CREATE <object> … CLONE"). Grants are not, which is right here: staging's readers are not production's. COPY GRANTS
// would bring them over ("Cloning considerations": access control privileges for cloned objects), so it is not said;
// what the model's config grants is said instead.
//
// dbt-snowflake's tables are transient unless the config says otherwise, and a transient table cannot be cloned into a
// permanent one ("Working with temporary and transient tables"; the server: `Transient object cannot be cloned to a
// permanent object`). A table of either kind can be cloned into a transient one.
#include <array>
#include <fmt/format.h>
#include <iterator>

#include "backfill/dialect_names.h"
#include "backfill/dialects.h"
#include "backfill/postgres_names.h"

namespace plowline {
namespace {

// "Reserved & limited keywords", in lower case, each between blanks.
constexpr std::string_view kKeywords =
    " account all alter and any as between by case cast check column connect connection constraint create cross "
    "current current_date current_time current_timestamp current_user database delete distinct drop else exists false "
    "following for from full grant group gscluster having ilike in increment inner insert intersect into is issue join "
    "lateral left like localtime localtimestamp minus natural not null of on or order organization qualify regexp "
    "revoke right rlike row rows sample schema select set some start table tablesample then to trigger true try_cast "
    "union unique update using values view when whenever where with ";

class SnowflakeDialect final : public Dialect {
 public:
  std::string_view name() const override { return "snowflake"; }
  Warehouse warehouse() const override { return Warehouse::kSnowflake; }

  std::string identifier(const NamePart& part) const override;
  std::string column(std::string_view name) const override { return identifier(configured_name(name)); }
  // "String & binary data types": escape sequences in single-quoted string constants. `&` and `<` begin a template in
  // Snowflake's own clients (`&{name}`, `<% name %>`).
  std::string text(std::string_view value) const override { return backslash_text(value, "''", "&<"); }
  // type_timestamp() is timestamp_ntz; a literal `timestamp '…'` would follow the session's TIMESTAMP_TYPE_MAPPING
  // ("Date & time data types").
  std::string timestamp(Instant instant) const override { return fmt::format("'{}'::timestamp_ntz", to_text(instant)); }

  // Some clients switch autocommit off ("Transactions"); said, it holds for all of them.
  std::vector<SqlStatement> begin() const override { return {{"All of it or nothing.", "begin transaction"}}; }
  std::vector<SqlStatement> commit() const override { return {{"From here on, others see it.", "commit"}}; }
  // "Transactions": each DDL statement is a transaction of its own.
  std::string transaction_note() const override {
    return "Snowflake commits each of these statements by itself: after a failure, stop, and read which of them were "
           "done.";
  }

  Result<SqlScript> migrate(const Migration& migration) const override;
  std::string columns_query(const TableName& name) const override;
  std::string exists_query(const TableName& name) const override;
  std::string owner_query(const TableName& name) const override;

 private:
  static std::string folded(const NamePart& part) { return part.quoted ? part.text : ascii_upper(part.text); }
  std::string in_schema(std::string_view view, const TableName& name) const;
  std::string named(const TableName& name) const;
};

// "Identifier requirements": without quotes a name is upper case, with quotes it is as it is written. A keyword that
// stands without quotes is meant in upper case; what is no plain name is meant as it stands.
std::string SnowflakeDialect::identifier(const NamePart& part) const {
  if (part.quoted || !is_plain_name(part.text)) return doubled_quotes(part.text, '"');
  if (kKeywords.find(" " + ascii_lower(part.text) + " ") == std::string_view::npos) return part.text;
  return doubled_quotes(ascii_upper(part.text), '"');
}

Result<SqlScript> SnowflakeDialect::migrate(const Migration& migration) const {
  const TableConfig& config = migration.config;
  const bool copies = migration.kind == MigrationKind::kCopy;
  const bool iceberg = config.table_format == "iceberg";
  // "CREATE ICEBERG TABLE", "ALTER ICEBERG TABLE"; the latter's page has no RENAME TO, so "ALTER TABLE" is asked for
  // it.
  const std::string_view table_word = iceberg ? "iceberg table" : "table";
  SqlScript script{.title = migration_title(migration), .notes = {transaction_note()}, .statements = {}};
  auto& statements = script.statements;
  if (migration.backup) {
    // "ALTER TABLE": RENAME TO, with grants and clustering key.
    statements.push_back({"Production's table keeps its rows, its grants and its owner under another name.",
                          fmt::format("alter table {} rename to {}", table(migration.to), table(*migration.backup))});
    script.notes.push_back(fmt::format(
        "The old table's grants stay with it. What the model's config does not grant, grant again: show grants on "
        "table {}",
        table(*migration.backup)));
  }
  if (copies) {
    const std::string_view transient = !iceberg && config.transient.value_or(true) ? "transient " : "";
    // "CREATE TABLE": CREATE TABLE … CLONE.
    statements.push_back(
        {"Fails where production has such a table. No data is copied; the clustering key and the comments are "
         "staging's.",
         fmt::format("create {}{} {}\n  clone {}", transient, table_word, table(migration.to), table(migration.from))});
    if (!config.cluster_by.empty()) {
      // "Cloning considerations": cloning and clustering keys.
      statements.push_back({"A clone has the clustering key, but automatic clustering is suspended for it.",
                            fmt::format("alter {} {} resume recluster", table_word, table(migration.to))});
    }
    script.notes.push_back(
        "Run it as the role that production's dbt uses: the table will belong to whoever runs it. Future grants of "
        "production's schema apply; staging's own grants are not copied.");
  } else {
    // "ALTER TABLE": RENAME TO moves a table to another schema or database where the new name is qualified.
    statements.push_back(
        {"Fails where production has such a table. The clustering key, the comments, the owner and the grants go "
         "along.",
         fmt::format("alter table {} rename to {}", table(migration.from), table(migration.to))});
    script.notes.push_back(
        "The table keeps staging's owner and staging's grants: production's dbt must own it (grant ownership on table "
        "… to role … copy current grants).");
  }
  std::ranges::move(grant_statements(migration, script.notes,
                                     [&](const std::string& privilege, const std::string& grantee) {
                                       // "GRANT <privileges> … TO ROLE": one role each.
                                       return fmt::format("grant {} on table {} to role {}", privilege,
                                                          table(migration.to), column(grantee));
                                     }),
                    std::back_inserter(statements));
  if (!iceberg && config.persists_relation_docs && !config.description.empty()) {
    // "COMMENT".
    statements.push_back({"The model's description, as persist_docs has it.",
                          fmt::format("comment on table {} is {}", table(migration.to), text(config.description))});
  }
  return script;
}

// "Snowflake Information Schema": names stand there as they are stored.
std::string SnowflakeDialect::in_schema(std::string_view view, const TableName& name) const {
  return (name.database ? identifier(*name.database) + "." : std::string()) + "information_schema." + std::string(view);
}

std::string SnowflakeDialect::named(const TableName& name) const {
  return fmt::format("table_schema = {} and table_name = {}", text(folded(name.schema)), text(folded(name.identifier)));
}

// "COLUMNS view".
std::string SnowflakeDialect::columns_query(const TableName& name) const {
  return fmt::format(
      "select ordinal_position, column_name,\n"
      "  data_type || coalesce('(' || character_maximum_length || ')',\n"
      "    '(' || numeric_precision || ',' || numeric_scale || ')', '(' || datetime_precision || ')', '') as "
      "data_type\n"
      "from {}\n"
      "where {}\n"
      "order by ordinal_position",
      in_schema("columns", name), named(name));
}

// "TABLES view": it lists views as well.
std::string SnowflakeDialect::exists_query(const TableName& name) const {
  return fmt::format("select count(*) from {} where {}", in_schema("tables", name), named(name));
}

std::string SnowflakeDialect::owner_query(const TableName& name) const {
  return fmt::format("select table_owner as owner from {} where {}", in_schema("tables", name), named(name));
}

}  // namespace

const Dialect& snowflake_dialect() {
  static const SnowflakeDialect dialect;
  return dialect;
}

}  // namespace plowline
