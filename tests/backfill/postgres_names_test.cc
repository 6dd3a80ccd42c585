// Names, texts and times as PostgreSQL itself reads them: nothing gets out of its quotes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "backfill/dialects.h"
#include "backfill/postgres_shop.h"

namespace plowline {
namespace {

using testing::differences;
using testing::PostgresCluster;
using testing::PostgresDatabase;
using testing::PostgresShop;

const std::vector<std::string> kHostile = {
    "two words",
    "UPPER",
    "quote\"d",
    "x\"; drop schema prod_derived cascade; --",
    "x'; drop schema prod_derived cascade; --",
    "$plowline$; drop schema prod_derived cascade; --",
    "$$",
    "back\\slash\\'",
    "\\! touch /tmp/owned",
    "line\nbreak\r; select 1",
    ":name :'x' :\"y\"",
    "%I %L %s %",
    "-- no comment /* none */",
    "Überschrift 表",
    "1st",
    "a.b.c",
};

TEST_CASE("hostile names: a migration does what it says, and nothing else") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("hostile names on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  const Dialect& dialect = postgres_dialect();
  const auto quoted = [&](const std::string& name) { return dialect.identifier({name, true}); };
  for (const std::string& name : kHostile) {
    CAPTURE(name);
    const std::string schema = quoted("to " + name);
    shop.database().must_run(fmt::format(
        "create schema {0}; create schema {1};create table {0}.{2} ({2} text primary key, {3} serial);insert into "
        "{0}.{2} values ('a'), ({4});create table {1}.{2} (old int);comment on table {0}.{2} is {4};",
        quoted(name), schema, quoted(name), quoted("n " + name), dialect.text(name)));
    Migration migration = PostgresShop::migration();
    migration.model = name;
    migration.from = PostgresShop::table(name, name);
    migration.to = PostgresShop::table("to " + name, name);
    migration.backup = PostgresShop::table("to " + name, "b " + name);
    const auto script = dialect.migrate(migration);
    REQUIRE(script.has_value());
    const auto before = shop.snapshot();
    const testing::Ran ran = shop.run(*script);
    CHECK(ran.err == "");
    CHECK(ran.status == 0);
    // the copy, its sequence, and the table put aside
    CHECK(differences(before, shop.snapshot()).size() == 3);
    CHECK(shop.database().value(fmt::format("select count(*) from {}.{} where {} = {}", schema, quoted(name),
                                            quoted(name), dialect.text(name))) == "1");
    CHECK(shop.database().value(dialect.exists_query(migration.to)) == "1");
    CHECK(shop.database().value(dialect.exists_query(PostgresShop::table(name, "none"))) == "0");
    const auto columns = shop.database().query(dialect.columns_query(migration.to));
    REQUIRE(columns.size() == 2);
    CHECK(columns[0] == PostgresDatabase::Row{"1", name, "text"});
  }
}

TEST_CASE("texts arrive byte for byte, whatever standard_conforming_strings says") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("texts on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresDatabase database(*cluster);
  for (const std::string& text : kHostile) {
    std::string bytes;
    for (const char c : text) bytes += fmt::format("{:02x}", static_cast<unsigned char>(c));
    for (const char* setting : {"on", "off"}) {
      CAPTURE(text);
      CHECK(database.value(fmt::format("set standard_conforming_strings = {}; set escape_string_warning = off;\n"
                                       "select encode(convert_to({}, 'UTF8'), 'hex')",
                                       setting, postgres_dialect().text(text))) == bytes);
    }
  }
  // A zero byte can be in no text; it must not swallow what follows either.
  const testing::Ran ran = database.run_sql("select " + postgres_dialect().text(std::string("a\0b", 3)) + " as t;\n");
  CHECK(ran.err.find("invalid byte sequence") != std::string::npos);
}

TEST_CASE("what is a keyword here, or would be folded, is quoted; what is plain is not") {
  const Dialect& dialect = postgres_dialect();
  CHECK(dialect.identifier({"view_id", false}) == "view_id");
  CHECK(dialect.identifier({"view_id", true}) == "\"view_id\"");
  CHECK(dialect.identifier({"MyModel", false}) == "MyModel");  // dbt's SQL has it without quotes: so has this
  CHECK(dialect.identifier({"two words", false}) == "\"two words\"");
  CHECK(dialect.column("start_tstamp") == "start_tstamp");
  CHECK(dialect.column("\"Page Title\"") == "\"Page Title\"");
  CHECK(dialect.column("Page Title") == "\"Page Title\"");
  CHECK(dialect.column("a\" or 1=1 --") == "\"a\"\" or 1=1 --\"");
  CHECK(dialect.column("\"a\" or \"b\"") == "\"\"\"a\"\" or \"\"b\"\"\"");
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("keywords of PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresDatabase database(*cluster);
  const auto words = database.query("select word from pg_get_keywords() where catcode <> 'U'");
  CHECK(words.size() > 100);
  for (const auto& word : words) CHECK(dialect.identifier({word.at(0), false}) == "\"" + word.at(0) + "\"");
}

TEST_CASE("times keep their microseconds, in a session of another time zone and date style") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("times on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresDatabase database(*cluster);
  for (const char* time : {"2026-11-20 22:25:21.482123", "2024-02-29 00:00:00", "1999-12-31 23:59:59.999999",
                           "2026-03-08 02:30:00.000001"}) {
    const auto instant = instant_from(time);
    REQUIRE(instant.has_value());
    CHECK(database.value(fmt::format("select ({} + interval '0')::text", postgres_dialect().timestamp(*instant))) ==
          time);
    CHECK(database.value(fmt::format("select pg_typeof({})", postgres_dialect().timestamp(*instant))) ==
          "timestamp without time zone");
  }
  const auto least = postgres_dialect().least("null::timestamp", "timestamp '2026-01-01'");
  CHECK(database.value("select " + least) == "2026-01-01 00:00:00");
}

}  // namespace
}  // namespace plowline
