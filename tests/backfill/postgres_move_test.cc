// A move into production, and what becomes of the table that is there already, on a real PostgreSQL.
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

// Production has an older table of the name, whose indexes and sequences are called as staging's, and a view on it.
constexpr std::string_view kOlder = R"sql(
create table prod_derived.my_new_model (view_id text constraint the_key primary key, number serial,
  id bigint generated always as identity);
create index by_time on prod_derived.my_new_model (number);
insert into prod_derived.my_new_model (view_id) values ('old'), ('older');
create view prod_derived.report as select view_id from prod_derived.my_new_model;
)sql";

TEST_CASE("a moved table is the very table, with all that belongs to it") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("move on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  const auto before = shop.snapshot();
  const std::string oid = shop.database().value("select 'staging_derived.my_new_model'::regclass::oid");

  shop.must_run(script_of(PostgresShop::migration(MigrationKind::kMove)));

  const auto after = shop.snapshot();
  CHECK(differences(before, after) == Names{"staging_derived.my_new_model", "staging_derived.my_new_model_id_seq",
                                            "staging_derived.my_new_model_number_seq", "prod_derived.my_new_model",
                                            "prod_derived.my_new_model_id_seq",
                                            "prod_derived.my_new_model_number_seq"});
  CHECK(after.at("prod_derived.my_new_model") == before.at("staging_derived.my_new_model"));
  CHECK(shop.database().value("select 'prod_derived.my_new_model'::regclass::oid") == oid);
}

TEST_CASE("run a second time, or where production has the table, a move refuses and changes nothing") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("move on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  const SqlScript script = script_of(PostgresShop::migration(MigrationKind::kMove));
  shop.database().must_run("create table prod_derived.my_new_model as select 1 as a;");
  auto before = shop.snapshot();
  CHECK(shop.run(script).err.find("already exists in schema \"prod_derived\"") != std::string::npos);
  CHECK(differences(before, shop.snapshot()).empty());

  shop.database().must_run("drop table prod_derived.my_new_model;");
  shop.must_run(script);
  before = shop.snapshot();
  CHECK(shop.run(script).err.find("\"staging_derived.my_new_model\" does not exist") != std::string::npos);
  CHECK(differences(before, shop.snapshot()).empty());
}

TEST_CASE("a move into another name, of a partitioned table too") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("move on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  Migration migration = PostgresShop::migration(MigrationKind::kMove);
  migration.to = PostgresShop::table("prod_derived", "My model");
  shop.must_run(script_of(migration));
  CHECK(shop.database().value("select count(*) from prod_derived.\"My model\"") == "500");

  shop.database().must_run(
      "create table staging_derived.my_new_model (n int) partition by range (n);create table staging_derived.part_1 "
      "partition of staging_derived.my_new_model for values from (0) to (9); insert into staging_derived.my_new_model "
      "values (1), (2);");
  shop.must_run(script_of(PostgresShop::migration(MigrationKind::kMove)));
  CHECK(shop.database().value("select count(*) from prod_derived.my_new_model") == "2");
}

TEST_CASE("a view is not moved: the next run builds it anew") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("move on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  shop.database().must_run(
      "drop table staging_derived.my_new_model; create view staging_derived.my_new_model as select 1;");
  CHECK(shop.run(script_of(PostgresShop::migration(MigrationKind::kMove))).err.find("is no table") !=
        std::string::npos);
}

TEST_CASE("with a backup, production's older table keeps its rows under another name") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("replace on PostgreSQL");
  if (cluster == nullptr) return;
  for (const MigrationKind kind : {MigrationKind::kCopy, MigrationKind::kMove}) {
    for (const std::string schema : {"prod_derived", "prod_snowplow_manifest"}) {
      CAPTURE(schema);
      const PostgresShop shop(*cluster);
      shop.database().must_run(kOlder);
      Migration migration = PostgresShop::migration(kind);
      migration.backup = PostgresShop::table(schema, "my_new_model__before");
      const auto before = shop.snapshot();

      const testing::Ran ran = shop.run(script_of(migration));

      CHECK(ran.err == "");
      CHECK(ran.status == 0);
      const auto after = shop.snapshot();
      CHECK(after.at(schema + ".my_new_model__before") == before.at("prod_derived.my_new_model"));
      CHECK(after.at("prod_derived.my_new_model") == before.at("staging_derived.my_new_model"));
      CHECK(after.at("prod_derived.snowplow_unified_views") == before.at("prod_derived.snowplow_unified_views"));
      CHECK(ran.out.find("prod_derived.report") != std::string::npos);  // the view that still reads the older table
      // both go on numbering, each by itself
      shop.database().must_run(
          fmt::format("insert into prod_derived.my_new_model (view_id) values ('n');insert into "
                      "{}.my_new_model__before (view_id) values ('n');",
                      schema));
      CHECK(shop.database().value("select number from prod_derived.my_new_model where view_id = 'n'") == "501");
    }
  }
}

TEST_CASE("a backup that would overwrite something is refused") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("replace on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  shop.database().must_run(kOlder);
  Migration migration = PostgresShop::migration();
  migration.backup = PostgresShop::table("prod_derived", "snowplow_unified_views");
  const auto before = shop.snapshot();
  CHECK(shop.run(script_of(migration)).err.find("already exists") != std::string::npos);
  CHECK(differences(before, shop.snapshot()).empty());
  // no table to put aside: the user's picture of production is wrong
  shop.database().must_run("drop view prod_derived.report; drop table prod_derived.my_new_model;");
  migration.backup = PostgresShop::table("prod_derived", "my_new_model__before");
  CHECK(shop.run(script_of(migration)).err.find("does not exist") != std::string::npos);
}

TEST_CASE("what PostgreSQL cannot do is an error, with the way that it can be done") {
  Migration migration = PostgresShop::migration();
  migration.to.database = NamePart{"other", true};
  auto refused = postgres_dialect().migrate(migration);
  REQUIRE(!refused.has_value());
  CHECK(refused.error().status == ExitStatus::kUsage);
  CHECK(refused.error().reason ==
        "shop.staging_derived.my_new_model and other.prod_derived.my_new_model lie in two databases, and PostgreSQL "
        "cannot read across databases");
  CHECK(refused.error().next_step.find("pg_dump") != std::string::npos);

  migration = PostgresShop::migration();
  migration.to = migration.from;
  CHECK(!postgres_dialect().migrate(migration).has_value());

  migration = PostgresShop::migration();
  migration.backup = PostgresShop::table("prod_derived", std::string(64, 'b'));
  refused = postgres_dialect().migrate(migration);
  REQUIRE(!refused.has_value());
  CHECK(refused.error().reason.find("cuts names after 63 bytes") != std::string::npos);
}

}  // namespace
}  // namespace plowline
