// Names that would end a literal, an identifier, a comment or a statement, in every place where a name can stand, in
// every dialect: the SQL has the same tokens as with harmless names.
#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "backfill/dialect.h"
#include "backfill/migrate.h"
#include "backfill/record.h"
#include "backfill/sql_samples.h"
#include "backfill/sql_tokens.h"
#include "backfill/verify.h"

namespace plowline {
namespace {

using testing::SqlReader;
using testing::SqlSkeleton;

using namespace std::string_literals;

const std::vector<std::string> kHostile{
    "a'b",
    "a\"b",
    "a`b",
    "''",
    "\"\"",
    "``",
    "a\\",
    "a\\'b",
    "a\\\"b",
    "a\\`b",
    "\\\\'",
    "'; drop table production; --",
    "\"; drop table production; --",
    "`; drop table production; --",
    "\\'; drop table production; --",
    "\\\"; drop table production; --",
    "\\`; drop table production; --",
    "a;b",
    "a--b",
    "a/*b",
    "a*/b",
    "#b",
    "$$; drop table production; $$",
    "$plowline$; drop table production; $plowline$",
    "$plowline1$",
    "a\nb",
    "a\r\n!system ls",
    "a\n\\! ls",
    "\n/\n",
    "a\0'b"s,
    "\xff'",
    "\xc3'",
    "\xe2\x80'",
    "\xc0\xa7",
    "a\xe2\x80\xa8"
    "b",
    "\xca\xbc; drop",
    "E'\\'",
    "a.b",
    " ",
    "%s{}",
    ":'x'",
    "&{x}",
    "<% x %>",
    "{{ x }}",
    "select",
    std::string(40, '\''),
};

// What reads the SQL: the warehouse, and for Spark also its command line, which looks for semicolons outside of '…' and
// "…" and knows no backticks.
std::vector<SqlReader> readers_of(std::string_view dialect) {
  if (dialect == "snowflake") return {{.backslash_in_texts = true}};
  if (dialect == "postgres") return {{.escape_texts = true, .dollar_texts = true}};
  // Its documentation reads backslashes in texts, standard_conforming_strings does not.
  if (dialect == "redshift") return {{.backslash_in_texts = true}, {}};
  const bool bigquery = dialect == "bigquery";
  const SqlReader warehouse{.backslash_in_texts = true,
                            .backslash_in_identifiers = bigquery,
                            .doubled_single = false,
                            .double_is_text = true,
                            .backticks = true};
  SqlReader plain = warehouse;
  plain.backslash_in_texts = false;
  if (bigquery) return {warehouse};
  return {warehouse, plain};
}

struct Sample {
  std::string name;
  bool quoted = true;
};

TableName renamed(const TableName& table, const Sample& sample) {
  TableName name = table;
  if (name.database) name.database = NamePart{sample.name, sample.quoted};
  name.schema = {sample.name, sample.quoted};
  name.identifier = {sample.name, sample.quoted};
  return name;
}

// The sample's names in every place; the two sides differ in one letter, and lie in one database.
BlueGreen sides_with(const std::string& dialect, const Sample& sample) {
  BlueGreen sides = testing::sample_sides(dialect);
  NewModel& model = sides.models[0];
  model.name = sample.name;
  model.staging = renamed(model.staging, sample);
  model.production = renamed(*model.production, sample);
  model.staging.identifier.text += "2";
  if (dialect != "bigquery" && dialect != "spark") model.staging.schema.text += "2";
  TableConfig& config = model.config;
  // verify asks nothing of a key that it takes for an expression.
  const std::string key = sample.name.find_first_of("()|,'") == std::string::npos ? sample.name : "i d";
  config.unique_key = {key};
  config.upsert_date_key = key;
  config.description = sample.name;
  config.columns = {{sample.name, true, "", sample.name}};
  config.grants = {{"select", {sample.name}}};
  config.partition_columns = {sample.name};
  config.cluster_by = {sample.name};
  config.liquid_clustered_by = {sample.name};
  config.sort = {sample.name};
  config.dist = sample.name;
  config.indexes = {{{sample.name}, false, sample.name}};
  config.table_properties = {{sample.name, sample.name}};
  PackageTables& package = sides.packages[0];
  package.package = sample.name;
  package.staging_manifest = renamed(package.staging_manifest, sample);
  package.production_manifest = renamed(package.production_manifest, sample);
  package.staging_manifest.identifier.text += "2";
  package.staging_models = {sample.name};
  package.new_models = {sample.name};
  package.production_models = {sample.name + "x"};
  return sides;
}

std::vector<SqlScript> all_scripts(const Dialect& dialect, const Sample& sample) {
  const BlueGreen sides = sides_with(std::string(dialect.name()), sample);
  std::vector<SqlScript> all;
  const auto add = [&](const Result<std::vector<SqlScript>>& scripts) {
    REQUIRE_MESSAGE(scripts, (scripts ? "" : scripts.error().reason));
    std::ranges::copy(*scripts, std::back_inserter(all));
  };
  add(migrate_scripts(sides, dialect, {}));
  add(migrate_scripts(sides, dialect, {.kind = MigrationKind::kMove, .replace = true}));
  Warnings warnings;
  RecordOptions literal;
  literal.timestamp = Instant{};
  add(record_scripts(sides, dialect, {}, warnings));
  add(record_scripts(sides, dialect, literal, warnings));
  add(verify_scripts(sides, dialect, {}));
  add(verify_scripts(sides, dialect, {.compare_rows = true}));
  return all;
}

std::string joined(const std::vector<std::string>& tokens) {
  std::string text;
  for (const std::string& token : tokens) text += token + " ";
  return text;
}

// Every statement has the tokens of the same statement with a harmless name.
void check_skeletons(const Dialect& dialect, const std::vector<SqlScript>& harmless, const Sample& sample) {
  const std::vector<SqlScript> hostile = all_scripts(dialect, sample);
  REQUIRE(hostile.size() == harmless.size());
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    REQUIRE(hostile[i].statements.size() == harmless[i].statements.size());
    for (std::size_t k = 0; k < hostile[i].statements.size(); ++k) {
      for (const SqlReader& reader : readers_of(dialect.name())) {
        const std::string& sql = hostile[i].statements[k].sql;
        CAPTURE(sql);
        const SqlSkeleton skeleton(sql, reader);
        CHECK(skeleton.closed());
        CHECK(joined(skeleton.tokens()) == joined(SqlSkeleton(harmless[i].statements[k].sql, reader).tokens()));
      }
    }
  }
}

TEST_CASE("hostile names: the tokens of a statement are those of a harmless name") {
  for (const Dialect* dialect : all_dialects()) {
    CAPTURE(dialect->name());
    const std::vector<SqlScript> harmless = all_scripts(*dialect, {"harm less"});
    for (const std::string& name : kHostile) {
      CAPTURE(name);
      check_skeletons(*dialect, harmless, {name});
    }
  }
}

TEST_CASE("hostile names: a script as a file has the statements of the script, and no others") {
  for (const Dialect* dialect : all_dialects()) {
    for (const std::string& name : kHostile) {
      CAPTURE(dialect->name());
      CAPTURE(name);
      for (const SqlScript& script : all_scripts(*dialect, {name})) {
        std::string statements;
        for (const SqlStatement& statement : script.statements) statements += statement.sql + ";\n";
        const SqlReader reader = readers_of(dialect->name()).front();
        CHECK(joined(SqlSkeleton(to_text(script), reader).tokens()) ==
              joined(SqlSkeleton(statements, reader).tokens()));
      }
    }
  }
}

// spark-sql and its like split a file at semicolons before anything else, and look into backticks too.
TEST_CASE("hostile names: Spark's client finds as many statements as there are") {
  const Dialect* spark = *dialect_for("spark");
  for (const std::string& name : kHostile) {
    CAPTURE(name);
    for (const SqlScript& script : all_scripts(*spark, {name})) {
      for (const SqlStatement& statement : script.statements) {
        CHECK(statement.sql.find(';') == std::string::npos);
      }
      const std::string text = to_text(script);
      CHECK(static_cast<std::size_t>(std::ranges::count(text, ';')) == script.statements.size());
    }
  }
}

TEST_CASE("hostile names: neither a line nor a byte of them reaches the warehouse as it is not") {
  for (const Dialect* dialect : all_dialects()) {
    if (dialect->name() == "postgres" || dialect->name() == "redshift") continue;  // names may have line feeds there
    for (const std::string& name : kHostile) {
      CAPTURE(name);
      const std::string forms = dialect->identifier({name, true}) + dialect->text(name) + dialect->column(name);
      CHECK(forms.find_first_of(std::string_view("\0\n\r\x7f", 4)) == std::string::npos);
      CHECK(forms.find('\xff') == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace plowline
