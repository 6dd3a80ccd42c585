// PostgreSQL, and what speaks its SQL (AlloyDB, …).
//
// Data definition is transactional here, so a whole migration is one transaction: either all of it is there, or nothing
// has changed (PostgreSQL documentation, "Transactions"; ALTER TABLE, CREATE TABLE and GRANT are no exceptions).
//
// A copy is `create table … (like … including all)`: columns with types, not-null constraints, defaults, generated and
// identity columns, CHECK constraints, indexes with primary key, unique and exclusion constraints (under new names of
// the server's choice), extended statistics, storage and compression settings, and comments of all of these ("CREATE
// TABLE": LIKE). The page's list does not hold the comment of the table itself, its storage parameters, whether it is
// unlogged, statistics targets, privileges and owner: those are read from the catalog and said again. Foreign keys,
// triggers and rules are not copied, since they may point into staging; a query at the end lists them. A copy of a
// table with row-level security would lie open: it is refused.
#include <array>
#include <fmt/format.h>
#include <iterator>

#include "backfill/dialects.h"
#include "backfill/postgres_blocks.h"
#include "backfill/postgres_names.h"

namespace plowline {
namespace {

// The keywords that cannot stand as a table's or column's name everywhere: all that are not `non-reserved` in "SQL Key
// Words" (PostgreSQL 17), in lower case, each between blanks.
constexpr std::string_view kKeywords =
    " all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case "
    "cast char character check coalesce collate collation column concurrently constraint create cross current_catalog "
    "current_date current_role current_schema current_time current_timestamp current_user dec decimal default "
    "deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant "
    "greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join "
    "json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize "
    "json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national "
    "natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay "
    "placing position precision primary real references returning right row select session_user setof similar smallint "
    "some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true union "
    "unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement "
    "xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable ";

// Longer names are cut, with a notice only ("Lexical Structure": NAMEDATALEN).
constexpr std::size_t kLongestName = 63;

class PostgresDialect final : public Dialect {
 public:
  std::string_view name() const override { return "postgres"; }
  Warehouse warehouse() const override { return Warehouse::kPostgres; }

  std::string identifier(const NamePart& part) const override { return postgres_identifier(part, kKeywords); }
  std::string column(std::string_view name) const override { return identifier(configured_name(name)); }
  std::string text(std::string_view value) const override;
  // last_success is a timestamp without time zone, and the packages write UTC into it.
  std::string timestamp(Instant instant) const override { return fmt::format("timestamp '{}'", to_text(instant)); }
  // Nulls are ignored: "Conditional Expressions", GREATEST and LEAST.
  std::string least(std::string_view a, std::string_view b) const override {
    return fmt::format("least({}, {})", a, b);
  }

  std::string_view text_type() const override { return "text"; }
  bool reads_across_databases() const override { return false; }
  // Writers wait, readers do not: "LOCK", "Explicit Locking".
  std::optional<SqlStatement> lock(const TableName& name) const override {
    return SqlStatement{"Nobody writes to it in between.",
                        fmt::format("lock table {} in share row exclusive mode", table(name))};
  }

  std::vector<SqlStatement> begin() const override { return {{"All of it or nothing.", "begin"}}; }
  std::vector<SqlStatement> commit() const override { return {{"From here on, others see it.", "commit"}}; }

  Result<SqlScript> migrate(const Migration& migration) const override;
  std::string columns_query(const TableName& name) const override;
  std::string exists_query(const TableName& name) const override;
  std::string owner_query(const TableName& name) const override;
  std::string_view except_operator() const override { return "except all"; }

 private:
  std::string regclass(const TableName& name) const { return text(table(name)); }
  std::string do_block(std::span<const std::pair<std::string_view, TableName>> tables, std::string_view variables,
                       std::string_view body) const;
  SqlStatement on_both(std::string what, const Migration& migration, std::string_view variables,
                       std::string_view body) const;
  Result<void> check(const Migration& migration) const;
  void put_aside(const Migration& migration, SqlScript& script) const;
  void copy(const Migration& migration, SqlScript& script) const;
  void move(const Migration& migration, SqlScript& script) const;
  SqlStatement not_copied(const Migration& migration) const;
  SqlStatement readers_of_backup(const Migration& migration) const;
};

// "String Constants with C-Style Escapes": a backslash means itself in '…' only while standard_conforming_strings is
// on; in E'…' it is always an escape. A zero byte, which no text can hold, is left to the server to refuse.
std::string PostgresDialect::text(std::string_view value) const {
  const bool escapes = value.find('\\') != std::string_view::npos || value.find('\0') != std::string_view::npos;
  std::string result = escapes ? "E'" : "'";
  for (const char c : value) {
    if (c == '\0') {
      result += "\\000";
    } else {
      result.append(c == '\'' || c == '\\' ? 2 : 1, c);
    }
  }
  return result + '\'';
}

// "DO". The names are texts here, which regclass reads as SQL would.
std::string PostgresDialect::do_block(std::span<const std::pair<std::string_view, TableName>> tables,
                                      std::string_view variables, std::string_view body) const {
  std::string block = "declare\n";
  for (const auto& [variable, name] : tables) {
    block += fmt::format("  {} constant regclass := {};\n", variable, regclass(name));
  }
  block += variables;
  block += body;
  return "do " + dollar_quoted(block);
}

SqlStatement PostgresDialect::on_both(std::string what, const Migration& migration, std::string_view variables,
                                      std::string_view body) const {
  const std::array<std::pair<std::string_view, TableName>, 2> tables = {
      {{"source", migration.from}, {"target", migration.to}}};
  return {std::move(what), do_block(tables, variables, body)};
}

Result<void> PostgresDialect::check(const Migration& migration) const {
  if (!same_database(migration.from, migration.to)) {
    return usage_error(fmt::format("{} and {} lie in two databases, and PostgreSQL cannot read across databases",
                                   shown(migration.from), shown(migration.to)),
                       "copy the table with pg_dump --table and psql, or through a foreign table (postgres_fdw), into "
                       "a schema beside production's first");
  }
  if (migration.from == migration.to) {
    return usage_error(fmt::format("{} is both staging's table and production's", shown(migration.to)),
                       "the branch's manifest must be that of the staging target");
  }
  for (const TableName* name : {&migration.to, migration.backup ? &*migration.backup : nullptr}) {
    if (name == nullptr || name->identifier.text.size() <= kLongestName) continue;
    return usage_error(fmt::format("{}: PostgreSQL cuts names after {} bytes", shown(*name), kLongestName),
                       "choose a shorter name");
  }
  return {};
}

// "ALTER TABLE": SET SCHEMA and RENAME. Views that read the table go on reading it under its new name.
void PostgresDialect::put_aside(const Migration& migration, SqlScript& script) const {
  if (!migration.backup) return;
  const TableName& backup = *migration.backup;
  TableName now = migration.to;
  script.statements.push_back(
      {"Rather fail than let production's readers queue behind this script.", "set local lock_timeout = '30s'"});
  if (!(backup.schema == now.schema)) {
    script.statements.push_back({"Production's table is put aside.",
                                 fmt::format("alter table {} set schema {}", table(now), identifier(backup.schema))});
    now.schema = backup.schema;
  }
  if (!(backup.identifier == now.identifier)) {
    script.statements.push_back(
        {"Production's table keeps its rows under another name.",
         fmt::format("alter table {} rename to {}", table(now), identifier(backup.identifier))});
  }
  // A copy's indexes and sequences get their names from the server, which avoids those that are taken.
  if (migration.kind == MigrationKind::kCopy) return;
  const std::array<std::pair<std::string_view, TableName>, 2> tables = {
      {{"aside", backup}, {"source", migration.from}}};
  script.statements.push_back({"Its indexes and sequences make room for those of the same name.",
                               do_block(tables, "  taken record;\n", kFreeNames)});
}

void PostgresDialect::copy(const Migration& migration, SqlScript& script) const {
  auto& statements = script.statements;
  statements.push_back(
      {"Columns, defaults, constraints, indexes and their comments. Fails where the table exists.",
       fmt::format("create table {} (like {} including all)", table(migration.to), table(migration.from))});
  statements.push_back(on_both("What `like` leaves out: the table's comment and its settings.", migration,
                               "  setting record;\n", kCopyLayout));
  statements.push_back(on_both("The rows.", migration, "  names text;\n", kCopyRows));
  statements.push_back(on_both("Numbering columns go on where staging's are, from sequences of their own.", migration,
                               "  owned record;\n  place record;\n  own text;\n", kCopySequences));
  statements.push_back(
      on_both("Who may read staging's table may read this one. Leave it out where staging is more open.", migration,
              "  granted record;\n", kCopyPrivileges));
}

void PostgresDialect::move(const Migration& migration, SqlScript& script) const {
  TableName now = migration.from;
  if (!(now.schema == migration.to.schema)) {
    script.statements.push_back(
        {"The table with its indexes, constraints, owned sequences and privileges. Fails where production has one.",
         fmt::format("alter table {} set schema {}", table(now), identifier(migration.to.schema))});
    now.schema = migration.to.schema;
  }
  if (!(now.identifier == migration.to.identifier)) {
    script.statements.push_back({"Its name in production.", fmt::format("alter table {} rename to {}", table(now),
                                                                        identifier(migration.to.identifier))});
  }
}

SqlStatement PostgresDialect::not_copied(const Migration& migration) const {
  const std::string source = regclass(migration.from) + "::regclass";
  return {
      "Must be no rows: each is something of staging's table that the copy lacks, to be made by hand if it is needed.",
      fmt::format("select 'foreign key' as kind, conname::text as name, pg_get_constraintdef(oid) as definition\n"
                  "from pg_constraint where conrelid = {0} and contype = 'f'\n"
                  "union all\n"
                  "select 'trigger', tgname::text, pg_get_triggerdef(oid)\n"
                  "from pg_trigger where tgrelid = {0} and not tgisinternal\n"
                  "union all\n"
                  "select 'rule', rulename::text, pg_get_ruledef(oid)\n"
                  "from pg_rewrite where ev_class = {0}\n"
                  "order by 1, 2",
                  source)};
}

SqlStatement PostgresDialect::readers_of_backup(const Migration& migration) const {
  return {"Must be no rows: each is a view that still reads the table that was put aside, and must be built anew.",
          fmt::format("select distinct r.ev_class::regclass::text as reader\n"
                      "from pg_depend d join pg_rewrite r on r.oid = d.objid\n"
                      "where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass\n"
                      "  and d.refobjid = {0}::regclass and r.ev_class <> {0}::regclass\n"
                      "order by 1",
                      regclass(*migration.backup))};
}

Result<SqlScript> PostgresDialect::migrate(const Migration& migration) const {
  if (auto checked = check(migration); !checked) return std::unexpected(std::move(checked.error()));
  const bool copies = migration.kind == MigrationKind::kCopy;
  SqlScript script;
  script.title = fmt::format("{}: {} {} to {}", printable(migration.model), copies ? "copy" : "move",
                             shown(migration.from), shown(migration.to));
  script.notes.push_back(
      copies ? "Run it as the role that production's dbt connects as: the table will belong to whoever runs it."
             : "The table keeps its owner, and gets none of the privileges that are default in production's schema: "
               "production's dbt must own it, or change its owner (alter table … owner to …).");
  auto append = [&](std::vector<SqlStatement> statements) {
    std::ranges::move(statements, std::back_inserter(script.statements));
  };
  append(begin());
  const std::array<std::pair<std::string_view, TableName>, 1> source = {{{"source", migration.from}}};
  script.statements.push_back({"Stops here where staging has no such table, or none that can be taken.",
                               do_block(source, "", copies ? kCheckCopied : kCheckMoved)});
  put_aside(migration, script);
  copies ? copy(migration, script) : move(migration, script);
  append(configured_grants(*this, migration, {}, script.notes));
  if (copies)
    script.statements.push_back({"The planner's statistics.", fmt::format("analyze {}", table(migration.to))});
  append(commit());
  if (copies) script.statements.push_back(not_copied(migration));
  if (migration.backup) script.statements.push_back(readers_of_backup(migration));
  return script;
}

std::string PostgresDialect::columns_query(const TableName& name) const {
  return fmt::format(
      "select row_number() over (order by attnum) as ordinal_position, attname::text as column_name,\n"
      "  format_type(atttypid, atttypmod) as data_type\n"
      "from pg_attribute\n"
      "where attrelid = to_regclass({}) and attnum > 0 and not attisdropped\n"
      "order by ordinal_position",
      regclass(name));
}

// to_regclass is null where there is none. It also finds an index or a sequence of that name, which is as much in the
// way.
std::string PostgresDialect::exists_query(const TableName& name) const {
  return fmt::format("select count(to_regclass({}))", regclass(name));
}

std::string PostgresDialect::owner_query(const TableName& name) const {
  return fmt::format("select pg_get_userbyid(relowner)::text as owner from pg_class where oid = to_regclass({})",
                     regclass(name));
}

}  // namespace

const Dialect& postgres_dialect() {
  static const PostgresDialect dialect;
  return dialect;
}

}  // namespace plowline
