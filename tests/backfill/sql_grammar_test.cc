// The SQL of every dialect, parsed by grammars that others wrote: those of sqlfluff and of sqlglot, as Debian packages
// them. What they do not know is listed, with the page that does.
#include <algorithm>
#include <array>
#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/instant.h"
#include "backfill/dialect.h"
#include "backfill/migrate.h"
#include "backfill/record.h"
#include "backfill/sql_samples.h"
#include "support/support.h"

namespace plowline {
namespace {

using Json = nlohmann::json;
using testing::sample_sides;

struct Unknown {
  std::string_view dialect;
  std::string_view words;  // the statement has them
  std::string_view page;   // where the warehouse documents it
};
// Of sqlfluff 1.4.
constexpr std::array<Unknown, 6> kUnknown{{
    {"bigquery", "set options (", "BigQuery, Data definition language: ALTER TABLE SET OPTIONS"},
    {"bigquery", "grant `", "BigQuery, Data control language: GRANT"},
    {"databricks", "deep clone", "Databricks, CREATE TABLE CLONE"},
    {"databricks", "comment on table", "Databricks, COMMENT ON"},
    {"spark", "partitioned by (days(", "Iceberg, Spark DDL: PARTITIONED BY"},
    {"redshift", " append from ", "Redshift, ALTER TABLE APPEND"},
}};

// Reads [[dialect, statement], …]; writes [[number, complaint], …].
constexpr const char* kSqlfluff = R"(
import json, sys, logging
logging.disable(logging.CRITICAL)
import sqlfluff
complaints = []
for number, (dialect, sql) in enumerate(json.load(sys.stdin)):
    try:
        sqlfluff.parse(sql + "\n", dialect={"spark": "sparksql"}.get(dialect, dialect))
    except Exception as error:
        complaints.append([number, str(error)])
json.dump(complaints, sys.stdout)
)";
constexpr const char* kSqlglot = R"(
import json, sys, logging
logging.disable(logging.CRITICAL)
import sqlglot
from sqlglot import expressions
complaints = []
for number, (dialect, sql) in enumerate(json.load(sys.stdin)):
    try:
        trees = sqlglot.parse(sql, read=dialect)
        if len(trees) != 1 or isinstance(trees[0], expressions.Command):
            complaints.append([number, repr(trees)])
    except Exception as error:
        complaints.append([number, str(error)])
json.dump(complaints, sys.stdout)
)";

using Statements = std::vector<std::pair<std::string, std::string>>;

bool is_of(const Unknown& unknown, const Statements::value_type& entry) {
  return unknown.dialect == entry.first && entry.second.find(unknown.words) != std::string::npos;
}

void add(Statements& all, const Dialect& dialect, const Result<std::vector<SqlScript>>& scripts) {
  REQUIRE_MESSAGE(scripts, (scripts ? "" : scripts.error().reason));
  for (const SqlScript& script : *scripts) {
    for (const SqlStatement& statement : script.statements) {
      std::pair<std::string, std::string> entry{std::string(dialect.name()), statement.sql};
      if (std::ranges::find(all, entry) == all.end()) all.push_back(std::move(entry));
    }
  }
}

void add_records(Statements& all, const Dialect& dialect) {
  Warnings warnings;
  RecordOptions literal;
  literal.timestamp = instant_from("2023-10-11 10:11:12.123456");
  BlueGreen sides = sample_sides(std::string(dialect.name()));
  add(all, dialect, record_scripts(sides, dialect, {}, warnings));
  add(all, dialect, record_scripts(sides, dialect, literal, warnings));
  sides.packages[0].production_models.clear();
  sides.packages[0].new_models = sides.packages[0].staging_models;
  add(all, dialect, record_scripts(sides, dialect, literal, warnings));
}

void add_migrations(Statements& all, const Dialect& dialect) {
  BlueGreen sides = sample_sides(std::string(dialect.name()));
  add(all, dialect, migrate_scripts(sides, dialect, {.replace = true}));
  sides.models[0].staging.schema = sides.models[0].production->schema;
  sides.models[0].staging.identifier.text = "arriving";
  add(all, dialect, migrate_scripts(sides, dialect, {.kind = MigrationKind::kMove}));
  // A name that has to be quoted.
  sides.models[0].production->identifier = {"it's the model", true};
  add(all, dialect, migrate_scripts(sides, dialect, {}));
}

// The complaints of a grammar; nothing where it is not installed, which is told.
std::vector<std::pair<std::size_t, std::string>> complaints(const char* program, const char* module,
                                                            const Statements& statements, bool& installed) {
  // Debian's own interpreter has Debian's modules.
  const std::string python = std::filesystem::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
  installed = testing::run({python, "-c", std::string("import ") + module}).status == 0;
  if (!installed) {
    MESSAGE("skipped: " << module << " is not installed");
    return {};
  }
  Json input = Json::array();
  for (const auto& [dialect, sql] : statements) input.push_back({dialect, sql});
  testing::RunOptions options;
  options.input = input.dump();
  const testing::Ran ran = testing::run({python, "-c", program}, options);
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  std::vector<std::pair<std::size_t, std::string>> result;
  for (const Json& entry : Json::parse(ran.out))
    result.emplace_back(entry[0].get<std::size_t>(), entry[1].get<std::string>());
  return result;
}

TEST_CASE("sqlfluff parses every statement, but for those that its grammar does not know") {
  Statements statements;
  for (const Dialect* dialect : all_dialects()) {
    add_migrations(statements, *dialect);
    add_records(statements, *dialect);
  }
  CHECK(statements.size() > 80);
  for (const Unknown& unknown : kUnknown) {
    CHECK_MESSAGE(std::ranges::any_of(statements, [&](const auto& entry) { return is_of(unknown, entry); }),
                  unknown.words);
  }
  bool installed = false;
  for (const auto& [number, complaint] : complaints(kSqlfluff, "sqlfluff", statements, installed)) {
    const auto& entry = statements[number];
    CHECK_MESSAGE(std::ranges::any_of(kUnknown, [&](const Unknown& unknown) { return is_of(unknown, entry); }),
                  (entry.first + ": " + entry.second + "\n" + complaint));
  }
}

TEST_CASE("sqlglot parses everything about the manifests") {
  Statements statements;
  for (const Dialect* dialect : all_dialects()) add_records(statements, *dialect);
  // `begin` and `lock` are no statements that it takes apart.
  std::erase_if(statements,
                [](const auto& entry) { return entry.second == "begin" || entry.second.starts_with("lock"); });
  bool installed = false;
  for (const auto& [number, complaint] : complaints(kSqlglot, "sqlglot", statements, installed)) {
    CHECK_MESSAGE(false, (statements[number].first + ": " + statements[number].second + "\n" + complaint));
  }
}

TEST_CASE("the grammars see what is wrong") {
  bool installed = false;
  const Statements wrong{{"snowflake", "create table a clone clone b"}, {"snowflake", "select 'it's'"}};
  const auto found = complaints(kSqlfluff, "sqlfluff", wrong, installed);
  if (installed) CHECK(found.size() == wrong.size());
  const auto others = complaints(kSqlglot, "sqlglot", {{"bigquery", "select from where ("}}, installed);
  if (installed) CHECK(others.size() == 1);
}

}  // namespace
}  // namespace plowline
