// Amazon Redshift.
//
// No table can be moved to another schema by name alone: ALTER TABLE has no SET SCHEMA. A copy is `create table … (like
// … including defaults)`, which takes over columns, types, NOT NULL, column encodings, distribution style and key, sort
// key and BACKUP ("CREATE TABLE": LIKE; "Performing a deep copy"), and an INSERT. What LIKE leaves behind: primary,
// unique and foreign keys (for the planner only), comments, privileges. A move is ALTER TABLE APPEND, which takes the
// blocks out of staging's table: it cannot stand in a transaction and cannot be taken back ("ALTER TABLE APPEND").
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>

#include "backfill/dialects.h"
#include "backfill/postgres_names.h"

namespace plowline {
namespace {

// "Reserved words", in lower case, each between blanks; with those that PostgreSQL reserves and Redshift's parser still
// knows.
constexpr std::string_view kKeywords =
    " aes128 aes256 all allowoverwrite analyse analyze and any array as asc authorization az64 backup between binary "
    "blanksasnull both bytedict bzip2 case cast check collate column connect constraint create credentials cross "
    "current_date current_time current_timestamp current_user current_user_id default deferrable deflate defrag delta "
    "delta32k desc disable distinct do else emptyasnull enable encode encrypt encryption end except explicit false for "
    "foreign freeze from full globaldict256 globaldict64k grant group gzip having identity ignore ilike in initially "
    "inner intersect interval into is isnull join language leading left like limit localtime localtimestamp lun luns "
    "lzo lzop minus mostly16 mostly32 mostly8 natural new not notnull null nulls off offline offset oid old on only "
    "open or order outer overlaps parallel partition percent permissions pivot placing primary qualify raw readratio "
    "recover references rejectlog resort respect restore right select session_user similar snapshot some sysdate "
    "system table tag tdes text255 text32k then timestamp to top trailing true truncatecolumns union unique unnest "
    "unpivot user using verbose wallet when where with without ";

// "Names and identifiers".
constexpr std::size_t kLongestName = 127;
// "GRANT": a group or a role is named with that word before it.
constexpr std::array<std::string_view, 2> kGranteeKinds = {"group", "role"};

class RedshiftDialect final : public Dialect {
 public:
  std::string_view name() const override { return "redshift"; }
  Warehouse warehouse() const override { return Warehouse::kRedshift; }

  std::string identifier(const NamePart& part) const override { return postgres_identifier(part, kKeywords); }
  std::string column(std::string_view name) const override { return identifier(configured_name(name)); }
  std::string text(std::string_view value) const override;
  // Timestamps hold microseconds and no time zone: "Datetime types", "Date, time, and timestamp literals".
  std::string timestamp(Instant instant) const override { return fmt::format("timestamp '{}'", to_text(instant)); }
  // Nulls are ignored: "GREATEST and LEAST".
  std::string least(std::string_view a, std::string_view b) const override {
    return fmt::format("least({}, {})", a, b);
  }

  // Without a length it would be 256 bytes: "Character types".
  std::string_view text_type() const override { return "varchar(max)"; }
  // Readers wait as well: "LOCK".
  std::optional<SqlStatement> lock(const TableName& name) const override {
    return SqlStatement{"Nobody reads or writes it in between.", fmt::format("lock {}", table(name))};
  }

  std::vector<SqlStatement> begin() const override { return {{"All of it or nothing.", "begin"}}; }
  std::vector<SqlStatement> commit() const override { return {{"From here on, others see it.", "commit"}}; }

  Result<SqlScript> migrate(const Migration& migration) const override;
  std::string columns_query(const TableName& name) const override;
  std::string exists_query(const TableName& name) const override;
  std::string owner_query(const TableName& name) const override;

 private:
  Result<void> check(const Migration& migration) const;
  std::string is_named(std::string_view schema_column, std::string_view table_column, const TableName& name) const;
  SqlStatement rename(std::string what, const TableName& from, const NamePart& to) const;
  void copy(const Migration& migration, SqlScript& script) const;
  void move(const Migration& migration, SqlScript& script) const;
  void add_comments(const Migration& migration, SqlScript& script) const;
  SqlStatement keys(const Migration& migration) const;
  SqlStatement privileges(const Migration& migration) const;
};

// A backslash in '…' is an escape ("LIKE": the default escape character is written as two backslashes). Two of them
// cannot be left whichever way they are read. A zero byte can be in no text.
std::string RedshiftDialect::text(std::string_view value) const {
  std::string result = "'";
  for (const char c : value) {
    if (c == '\0') {
      result += "\uFFFD";
    } else {
      result.append(c == '\'' || c == '\\' ? 2 : 1, c);
    }
  }
  return result + '\'';
}

Result<void> RedshiftDialect::check(const Migration& migration) const {
  if (migration.from == migration.to) {
    return usage_error(fmt::format("{} is both staging's table and production's", shown(migration.to)),
                       "the branch's manifest must be that of the staging target");
  }
  if (!same_database(migration.from, migration.to)) {
    return usage_error(
        fmt::format("{} and {} lie in two databases; Redshift creates and alters tables of the database that one is "
                    "connected to only",
                    shown(migration.from), shown(migration.to)),
        "bring the table into a schema of production's database first, for example with UNLOAD and COPY");
  }
  for (const TableName* name : {&migration.to, migration.backup ? &*migration.backup : nullptr}) {
    if (name == nullptr || name->identifier.text.size() <= kLongestName) continue;
    return usage_error(fmt::format("{}: Redshift cuts names after {} bytes", shown(*name), kLongestName),
                       "choose a shorter name");
  }
  if (migration.backup && !(migration.backup->schema == migration.to.schema)) {
    return usage_error(
        fmt::format("{} cannot be put aside as {}: Redshift has no way to move a table to another schema",
                    shown(migration.to), shown(*migration.backup)),
        "choose a name in the same schema");
  }
  return {};
}

// Names are stored in lower case, in quotes too, unless enable_case_sensitive_identifier is on: both are looked for.
std::string RedshiftDialect::is_named(std::string_view schema_column, std::string_view table_column,
                                      const TableName& name) const {
  const auto either = [&](std::string_view column, const NamePart& part) {
    return part.quoted ? fmt::format("{0} in ({1}, lower({1}))", column, text(part.text))
                       : fmt::format("{} = lower({})", column, text(part.text));
  };
  return either(schema_column, name.schema) + " and " + either(table_column, name.identifier);
}

SqlStatement RedshiftDialect::rename(std::string what, const TableName& from, const NamePart& to) const {
  return {std::move(what), fmt::format("alter table {} rename to {}", table(from), identifier(to))};
}

// `select *` is safe here: the table was made one statement earlier, in the same transaction, with the very columns of
// staging's in their order.
void RedshiftDialect::copy(const Migration& migration, SqlScript& script) const {
  auto& statements = script.statements;
  std::ranges::move(begin(), std::back_inserter(statements));
  if (migration.backup) {
    statements.push_back(rename("Production's table keeps its rows under another name. Its readers wait until the end.",
                                migration.to, migration.backup->identifier));
  }
  statements.push_back(
      {"Columns, defaults, encodings, distribution and sort keys. Fails where the table exists.",
       fmt::format("create table {} (like {} including defaults)", table(migration.to), table(migration.from))});
  statements.push_back({"The rows. The columns are those of staging's table, in its order: see the statement before.",
                        fmt::format("insert into {} select * from {}", table(migration.to), table(migration.from))});
  std::ranges::move(configured_grants(*this, migration, kGranteeKinds, script.notes), std::back_inserter(statements));
  std::ranges::move(commit(), std::back_inserter(statements));
}

// Without a transaction each statement must be harmless where the one before it failed. So the rows go into a table of
// another name first, and the last step, a transaction, gives it production's name: that fails where production has
// such a table. Run again after a failure, it goes on where it stopped.
void RedshiftDialect::move(const Migration& migration, SqlScript& script) const {
  script.notes.push_back(
      "ALTER TABLE APPEND commits by itself, cannot be rolled back, and empties staging's table: there is nothing left "
      "to go back to. Copy instead wherever there is room for it.");
  script.notes.push_back("Run it again after a failure: it goes on where it stopped.");
  TableName arriving = migration.to;
  arriving.identifier.text.resize(std::min(arriving.identifier.text.size(), kLongestName - 10));
  arriving.identifier.text += "__arriving";
  auto& statements = script.statements;
  statements.push_back({"How many rows there are: production must have as many in the end.",
                        fmt::format("select count(*) as row_count from {}", table(migration.from))});
  statements.push_back({"Columns, defaults, encodings, distribution and sort keys.",
                        fmt::format("create table if not exists {} (like {} including defaults)", table(arriving),
                                    table(migration.from))});
  statements.push_back({"Takes the rows out of staging's table. Must not stand between begin and commit.",
                        fmt::format("alter table {} append from {}", table(arriving), table(migration.from))});
  std::ranges::move(begin(), std::back_inserter(statements));
  if (migration.backup) {
    statements.push_back(
        rename("Production's table keeps its rows under another name.", migration.to, migration.backup->identifier));
  }
  statements.push_back(rename("Fails where production has such a table.", arriving, migration.to.identifier));
  std::ranges::move(configured_grants(*this, migration, kGranteeKinds, script.notes), std::back_inserter(statements));
  std::ranges::move(commit(), std::back_inserter(statements));
  statements.push_back({"Must be the number of rows of the beginning.",
                        fmt::format("select count(*) as row_count from {}", table(migration.to))});
}

// "COMMENT". After the rest, since a declared column need not be there, and each of dbt's runs says them again.
void RedshiftDialect::add_comments(const Migration& migration, SqlScript& script) const {
  const TableConfig& config = migration.config;
  if (config.persists_relation_docs && !config.description.empty()) {
    script.statements.push_back(
        {"The model's description.",
         fmt::format("comment on table {} is {}", table(migration.to), text(config.description))});
  }
  if (!config.persists_column_docs) return;
  for (const ColumnConfig& declared : config.columns) {
    if (declared.description.empty()) continue;
    const std::string name = declared.quoted ? double_quoted(declared.name) : column(declared.name);
    script.statements.push_back(
        {fmt::format("The description of {}.", printable(declared.name)),
         fmt::format("comment on column {}.{} is {}", table(migration.to), name, text(declared.description))});
  }
}

// The keys are there for the planner, and LIKE leaves them behind ("Performing a deep copy").
SqlStatement RedshiftDialect::keys(const Migration& migration) const {
  return {
      "Must be no rows: each is a key of staging's table that production's lacks (Redshift does not check keys, its "
      "planner uses them).",
      fmt::format("select constraint_type, constraint_name\nfrom information_schema.table_constraints\n"
                  "where {}\norder by 1, 2",
                  is_named("table_schema", "table_name", migration.from))};
}

// "SVV_RELATION_PRIVILEGES".
SqlStatement RedshiftDialect::privileges(const Migration& migration) const {
  return {
      "Statements that would give everybody the privileges they have on staging's table. Run those that production "
      "should have.",
      fmt::format("select 'grant ' || lower(privilege_type) || {} ||\n"
                  "  case identity_type when 'public' then 'public'\n"
                  "    when 'group' then 'group ' || quote_ident(identity_name)\n"
                  "    when 'role' then 'role ' || quote_ident(identity_name)\n"
                  "    else quote_ident(identity_name) end as statement\n"
                  "from svv_relation_privileges\nwhere {}\norder by 1",
                  text(fmt::format(" on table {} to ", table(migration.to))),
                  is_named("namespace_name", "relation_name", migration.from))};
}

Result<SqlScript> RedshiftDialect::migrate(const Migration& migration) const {
  if (auto checked = check(migration); !checked) return std::unexpected(std::move(checked.error()));
  const bool copies = migration.kind == MigrationKind::kCopy;
  SqlScript script;
  script.title = fmt::format("{}: {} {} to {}", printable(migration.model), copies ? "copy" : "move",
                             shown(migration.from), shown(migration.to));
  script.notes.push_back(
      "Run it as the user that production's dbt connects as: the table will belong to whoever runs it.");
  copies ? copy(migration, script) : move(migration, script);
  script.statements.push_back({"The planner's statistics.", fmt::format("analyze {}", table(migration.to))});
  add_comments(migration, script);
  script.statements.push_back(keys(migration));
  script.statements.push_back(privileges(migration));
  return script;
}

// "SVV_COLUMNS".
std::string RedshiftDialect::columns_query(const TableName& name) const {
  return fmt::format(
      "select ordinal_position, column_name,\n"
      "  data_type || case\n"
      "    when character_maximum_length is not null then '(' || character_maximum_length || ')'\n"
      "    when data_type = 'numeric' then '(' || numeric_precision || ',' || numeric_scale || ')'\n"
      "    else '' end as data_type\n"
      "from svv_columns\nwhere {}\norder by ordinal_position",
      is_named("table_schema", "table_name", name));
}

// "SVV_TABLES": tables and views of any kind.
std::string RedshiftDialect::exists_query(const TableName& name) const {
  return fmt::format("select count(*) from svv_tables where {}", is_named("table_schema", "table_name", name));
}

// The view pg_tables of PostgreSQL 8, which Redshift keeps ("Querying the catalog tables").
std::string RedshiftDialect::owner_query(const TableName& name) const {
  return fmt::format("select tableowner as owner from pg_tables where {}", is_named("schemaname", "tablename", name));
}

}  // namespace

const Dialect& redshift_dialect() {
  static const RedshiftDialect dialect;
  return dialect;
}

}  // namespace plowline
