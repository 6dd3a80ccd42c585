// A copy into production, run on a real PostgreSQL.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "backfill/dialects.h"
#include "backfill/postgres_shop.h"

namespace plowline {
namespace {

using testing::differences;
using testing::PostgresCluster;
using testing::PostgresShop;
using Names = std::vector<std::string>;

SqlScript script_of(const Migration& migration) {
  auto script = postgres_dialect().migrate(migration);
  REQUIRE(script.has_value());
  return std::move(*script);
}

// Relations that the copy of my_new_model brings: the table, and the sequences of its numbering columns.
const Names kCopied = {"prod_derived.my_new_model", "prod_derived.my_new_model_id_seq",
                       "prod_derived.my_new_model_number_seq"};

TEST_CASE("a copy has all that staging's table has, and changes nothing else") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("copy on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  const auto before = shop.snapshot();

  shop.must_run(script_of(PostgresShop::migration()));

  const auto after = shop.snapshot();
  CHECK(differences(before, after) == kCopied);
  // Every word of the snapshot: columns, defaults, storage, indexes, constraints, statistics, comments, privileges,
  // settings and the checksum of the rows.
  const std::string& original = after.at("staging_derived.my_new_model");
  CHECK(after.at("prod_derived.my_new_model") == original);
  for (const std::string part :
       {"owner plowline", "with {fillfactor=70}", "reporter=r/plowline", R"("\"Big Boss\"=a*r*/plowline")",
        "{=w/plowline} 7", "the $plowline$ new one; \\ with\na second line", "what's above", "small",
        "(lower(\"Page Title\")) WHERE", "using brin", "CHECK ((views >= 0))", "PRIMARY KEY", "UNIQUE (number)",
        "'it''s \\ untitled'", "id bigint t a", "f  s m -1 ((views)", "context jsonb f   e", "p 321",
        "statistics start_tstamp, views"}) {
    CAPTURE(part);
    CHECK(original.find(part) != std::string::npos);
  }
  const auto& db = shop.database();
  CHECK(db.value("select count(*) from prod_derived.my_new_model") == "500");
  CHECK(db.value("select count(*) from (select * from staging_derived.my_new_model except all select * from "
                 "prod_derived.my_new_model) d") == "0");
  CHECK(db.value("select count(*) from (select * from prod_derived.my_new_model except all select * from "
                 "staging_derived.my_new_model) d") == "0");
}

TEST_CASE("the copy does not depend on staging: numbers go on, and staging's table can be dropped") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("copy on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  shop.must_run(script_of(PostgresShop::migration()));
  const auto& db = shop.database();
  db.must_run("drop table staging_derived.my_new_model;");  // without cascade:
                                                            // nothing needs it
  db.must_run("insert into prod_derived.my_new_model (view_id) values ('next');");
  const auto rows =
      db.query("select id, number, half::text, \"Page Title\" from prod_derived.my_new_model where view_id = 'next'");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0] == Names{"2500", "501", "3.500", "it's \\ untitled"});
}

TEST_CASE("run a second time, a copy refuses and changes nothing") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("copy on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  const SqlScript script = script_of(PostgresShop::migration());
  shop.must_run(script);
  shop.database().must_run("delete from prod_derived.my_new_model where view_id < 'v3';");
  const auto before = shop.snapshot();
  const testing::Ran again = shop.run(script);
  CHECK(again.status == 3);
  CHECK(again.err.find("relation \"my_new_model\" already exists") != std::string::npos);
  CHECK(differences(before, shop.snapshot()).empty());
  // A client that goes on after an error does no harm either.
  shop.database().run_sql("\\set ON_ERROR_STOP 0\n" + to_text(script));
  CHECK(differences(before, shop.snapshot()).empty());
}

TEST_CASE("an error after any statement of a migration leaves everything as it was") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("failures on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  shop.database().must_run(
      "create table prod_derived.my_new_model (view_id text primary key);insert into prod_derived.my_new_model "
      "values ('old');");
  const auto before = shop.snapshot();
  for (const MigrationKind kind : {MigrationKind::kCopy, MigrationKind::kMove}) {
    Migration migration = PostgresShop::migration(kind);
    migration.backup = PostgresShop::table("prod_derived", "my_new_model__before");
    migration.config.grants = {{"select", {"reporter"}}};
    const SqlScript whole = script_of(migration);
    int tried = 0;
    for (std::size_t i = 0; i < whole.statements.size() && whole.statements[i].sql != "commit"; ++i, ++tried) {
      SqlScript broken = whole;
      broken.statements.insert(broken.statements.begin() + static_cast<std::ptrdiff_t>(i) + 1, {"", "select 1 / 0"});
      CAPTURE(whole.statements[i].sql);
      CHECK(shop.run(broken).status == 3);
      CHECK(differences(before, shop.snapshot()).empty());
    }
    CHECK(tried > 5);
  }
}

TEST_CASE("what fails by itself loses nothing: a role that is not there, rows that may not be read") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("failures on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  const auto before = shop.snapshot();
  Migration migration = PostgresShop::migration();
  migration.config.grants = {{"select", {"nobody_of_that_name"}}};
  CHECK(shop.run(script_of(migration)).err.find("role \"nobody_of_that_name\" does not exist") != std::string::npos);
  CHECK(differences(before, shop.snapshot()).empty());
  // a constraint that staging's rows never had to hold, and those of a new table must
  shop.database().must_run("alter table staging_derived.my_new_model add constraint few check (views < 5) not valid;");
  const auto with_constraint = shop.snapshot();
  CHECK(shop.run(script_of(PostgresShop::migration())).err.find("violates check constraint") != std::string::npos);
  CHECK(differences(with_constraint, shop.snapshot()).empty());
  shop.database().must_run("alter table staging_derived.my_new_model drop constraint few;");
  // production's dbt may not read staging
  CHECK(shop.run(script_of(PostgresShop::migration()), "dbt_prod").err.find("permission denied") != std::string::npos);
  CHECK(differences(before, shop.snapshot()).empty());
}

TEST_CASE("run by production's dbt, the copy belongs to it") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("copy on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  shop.database().must_run(
      "grant usage on schema staging_derived to dbt_prod;grant select on staging_derived.my_new_model to "
      "dbt_prod;grant select on sequence staging_derived.my_new_model_id_seq to dbt_prod;grant select on sequence "
      "staging_derived.my_new_model_number_seq to dbt_prod;");
  const testing::Ran ran = shop.run(script_of(PostgresShop::migration()), "dbt_prod");
  CHECK(ran.err == "");
  CHECK(ran.status == 0);
  CHECK(shop.snapshot().at("prod_derived.my_new_model").find("owner dbt_prod") != std::string::npos);
}

TEST_CASE("what cannot be copied is refused before anything happens") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("refusals on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  const SqlScript script = script_of(PostgresShop::migration());
  const auto refused = [&](const char* change, const char* message) {
    shop.database().must_run(change);
    const auto before = shop.snapshot();
    const testing::Ran ran = shop.run(script);
    CAPTURE(change);
    CHECK(ran.status == 3);
    CHECK(ran.err.find(message) != std::string::npos);
    CHECK(differences(before, shop.snapshot()).empty());
  };
  refused("alter table staging_derived.my_new_model enable row level security;", "has row-level security");
  refused("drop table staging_derived.my_new_model; create view staging_derived.my_new_model as select 1 as a;",
          "is no ordinary table");
  refused("drop view staging_derived.my_new_model;", "does not exist");
}

TEST_CASE("foreign keys, triggers and rules are not copied but told") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("copy on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  shop.database().must_run(
      "create table staging_derived.pages (title text primary key); insert into staging_derived.pages select distinct "
      "\"Page Title\" from staging_derived.my_new_model where \"Page Title\" is not null;alter table "
      "staging_derived.my_new_model add constraint to_pages foreign key (\"Page Title\") references "
      "staging_derived.pages;create rule keep as on delete to staging_derived.my_new_model do instead nothing;");
  const testing::Ran ran = shop.run(script_of(PostgresShop::migration()));
  CHECK(ran.status == 0);
  CHECK(ran.out.find("foreign key | to_pages") != std::string::npos);
  CHECK(ran.out.find("rule        | keep") != std::string::npos);
}

}  // namespace
}  // namespace plowline
