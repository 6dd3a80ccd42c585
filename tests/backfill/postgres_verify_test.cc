// The checks of `verify`, asked on a real PostgreSQL: silent where all is well, and each one loud for its own mistake.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "backfill/dialects.h"
#include "backfill/postgres_shop.h"
#include "backfill/verify.h"

namespace plowline {
namespace {

using testing::differences;
using testing::PostgresCluster;
using testing::PostgresDatabase;
using testing::PostgresShop;
using Names = std::vector<std::string>;

// The state after the migration, with the new model recorded: nothing is left to do but the merge.
void arrive(const PostgresShop& shop) {
  const auto script = postgres_dialect().migrate(PostgresShop::migration());
  REQUIRE(script.has_value());
  shop.must_run(*script);
  shop.database().must_run(
      "alter table prod_derived.my_new_model owner to dbt_prod;insert into "
      "prod_snowplow_manifest.snowplow_unified_incremental_manifest select * from "
      "staging_snowplow_manifest.snowplow_unified_incremental_manifest;");
}

std::vector<SqlScript> scripts(const VerifyOptions& options = {.moved = false, .compare_rows = true}) {
  return verify_scripts(PostgresShop::sides(), postgres_dialect(), options);
}

// Reads an answer as `what` tells the user to; the first words of `what` where it is not as it must be.
bool holds(const SqlStatement& check, const std::vector<PostgresDatabase::Row>& rows) {
  const std::string& what = check.what;
  if (what.starts_with("Must be no rows")) return rows.empty();
  REQUIRE(!rows.empty());
  if (what.starts_with("Must be 0")) return rows == std::vector<PostgresDatabase::Row>{{"0"}};
  if (what.starts_with("Must be 1")) return rows == std::vector<PostgresDatabase::Row>{{"1"}};
  if (what.starts_with("`difference` must be 0")) return rows[0].at(2) == "0";
  if (what.starts_with("The dates must be the same")) {
    return rows[0].at(0) == rows[0].at(1) && rows[0].at(2) == rows[0].at(3) && rows[0].at(4) == "0" &&
           rows[0].at(5) == "0";
  }
  if (what.starts_with("Staging is up to date")) return rows[0].at(0) == "1" && rows[0].at(1) == rows[0].at(2);
  if (what.starts_with("The state of production's next run")) return rows[0].at(0) == "4";
  CHECK(what.starts_with("Production's rows"));
  return true;
}

Names failing(const PostgresShop& shop) {
  Names names;
  for (const SqlScript& script : scripts()) {
    for (const SqlStatement& check : script.statements) {
      CAPTURE(check.sql);
      if (!holds(check, shop.database().query(check.sql)))
        names.push_back(check.what.substr(0, check.what.find_first_of(":;.,")));
    }
  }
  return names;
}

TEST_CASE("after a copy and its record every check holds, and the whole text runs in psql") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("verify on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  arrive(shop);
  const auto before = shop.snapshot();
  CHECK(failing(shop).empty());
  CHECK(scripts().size() == 2);
  CHECK(scripts()[0].title == "my_new_model: is shop.prod_derived.my_new_model what staging had?");
  for (const SqlScript& script : scripts()) CHECK(shop.run(script).err == "");
  CHECK(differences(before, shop.snapshot()).empty());  // a check changes nothing
}

// What a user can get wrong, and which of the checks say so.
struct Mistake {
  const char* sql;
  Names found;
};

TEST_CASE("each mistake is found by the check that names it") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("verify on PostgreSQL");
  if (cluster == nullptr) return;
  const std::string counts = "`difference` must be 0";
  const std::string only_staging = "Must be 0: rows that staging has";
  const std::vector<Mistake> mistakes = {
      {"alter table prod_derived.my_new_model rename tags to labels;", {"Must be no rows"}},
      {"alter table prod_derived.my_new_model alter start_tstamp type timestamp;", {"Must be no rows"}},
      {"alter table prod_derived.my_new_model drop column tags; alter table prod_derived.my_new_model add tags "
       "text[];update prod_derived.my_new_model p set tags = s.tags from staging_derived.my_new_model s where "
       "s.view_id = p.view_id;",
       {}},  // the same columns in the same order: what was dropped does not count
      {"delete from prod_derived.my_new_model where view_id = 'v250';", {"`difference` must be 0", "Must be 0"}},
      {"delete from prod_derived.my_new_model where view_id = 'v1';",
       {"`difference` must be 0", "The dates must be the same on both sides", "Must be 0"}},
      {"update prod_derived.my_new_model set views = views + 1 where view_id = 'v250';", {"Must be 0", "Must be 0"}},
      {"update prod_derived.my_new_model set start_tstamp = null where view_id = 'v250';",
       {"The dates must be the same on both sides", "Must be 0", "Must be 0"}},
      {"alter table prod_derived.my_new_model drop constraint my_new_model_pkey; insert into prod_derived.my_new_model "
       "(view_id, start_tstamp) values ('v9', '2026-05-03');",
       {"`difference` must be 0", "Must be 0", "Must be 0"}},
      {"alter table prod_derived.my_new_model owner to reporter;", {"Must be no rows"}},
      {"delete from prod_snowplow_manifest.snowplow_unified_incremental_manifest where model = 'my_new_model';",
       {"Must be no rows once the new models are recorded", "The state of production's next run after the merge"}},
      {"insert into prod_snowplow_manifest.snowplow_unified_incremental_manifest select * from "
       "staging_snowplow_manifest.snowplow_unified_incremental_manifest;",
       {"Must be no rows once the new models are recorded", "The state of production's next run after the merge"}},
      {"update prod_snowplow_manifest.snowplow_unified_incremental_manifest set last_success = last_success + interval "
       "'518 milliseconds' where model = 'my_new_model';",
       {"Must be no rows", "Must be no rows until production's next run",
        "The state of production's next run after the merge"}},
      {"update staging_snowplow_manifest.snowplow_unified_incremental_manifest set last_success = last_success - "
       "interval '1 day';",
       {"Must be no rows until production's next run"}},
      {"delete from staging_snowplow_manifest.snowplow_unified_incremental_manifest;",
       {"Staging is up to date where `rows_found` is 1 and `earliest` and `latest` are the same"}},
  };
  for (const Mistake& mistake : mistakes) {
    CAPTURE(std::string(mistake.sql));
    const PostgresShop shop(*cluster);
    arrive(shop);
    shop.database().must_run(mistake.sql);
    CHECK(failing(shop) == mistake.found);
  }
}

TEST_CASE("without production's table the first check says so, where the others cannot run") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("verify on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  const SqlStatement first = scripts()[0].statements[0];
  CHECK(first.what ==
        "Must be 1: production has the table. Without it the next run builds one that holds a single window.");
  CHECK(shop.database().value(first.sql) == "0");
}

TEST_CASE("after a move nothing of staging is asked for") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("verify on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  const auto script = postgres_dialect().migrate(PostgresShop::migration(MigrationKind::kMove));
  REQUIRE(script.has_value());
  shop.must_run(*script);
  const SqlScript checks = scripts({.moved = true, .compare_rows = true})[0];
  CHECK(shop.run(checks).err == "");
  CHECK(to_text(checks).find("staging_derived") == std::string::npos);
}

TEST_CASE("an expression as unique_key, and hostile columns") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("verify on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  arrive(shop);
  const auto before = shop.snapshot();
  BlueGreen sides = PostgresShop::sides();
  sides.models[0].config.unique_key = {"concat(view_id, views)"};
  auto table = verify_scripts(sides, postgres_dialect(), {})[0];
  CHECK(table.notes.back() == "The unique_key is an expression: its duplicates and nulls are not looked for.");
  CHECK(shop.run(table).err == "");

  sides.models[0].config.unique_key = {"x\"; drop table prod_derived.my_new_model; --"};
  sides.models[0].config.upsert_date_key = "y\" from pg_class; drop table prod_derived.my_new_model; --";
  sides.models[0].name = "my_new_model\n; drop table prod_derived.my_new_model; --";
  sides.packages[0].new_models = {"'); drop table prod_derived.my_new_model; --"};
  for (const SqlScript& script : verify_scripts(sides, postgres_dialect(), {})) {
    shop.database().run_sql("\\set ON_ERROR_STOP 0\n" + to_text(script));
  }
  CHECK(differences(before, shop.snapshot()).empty());
}

TEST_CASE("the state that the SQL predicts is the state of the run") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("verify on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  const std::string manifest = "prod_snowplow_manifest.snowplow_unified_incremental_manifest";
  const std::vector<std::string> models = models_after_merge(PostgresShop::package());
  REQUIRE(models.size() == 3);
  const std::vector<Names> contents = {
      {},
      {"my_new_model 1"},
      {"my_new_model 1", "snowplow_unified_sessions 1", "snowplow_unified_views 1"},
      {"my_new_model 1", "snowplow_unified_sessions 1", "snowplow_unified_views 2"},
      {"my_new_model 1", "snowplow_unified_sessions 1", "snowplow_unified_views 1", "retired 2"},
      {"my_new_model 1", "my_new_model 1", "snowplow_unified_sessions 1"},
      {"my_new_model 1", "my_new_model 1", "snowplow_unified_sessions 1", "snowplow_unified_views 1"},
      {"retired 1"},
  };
  for (const Names& content : contents) {
    std::string sql = "delete from " + manifest + ";";
    std::vector<ManifestRow> rows;
    for (const std::string& row : content) {
      const std::string model = row.substr(0, row.find(' '));
      const std::string time = "2026-11-0" + row.substr(row.find(' ') + 1) + " 00:00:00.000001";
      sql += fmt::format("insert into {} values ('{}', '{}');", manifest, model, time);
      rows.push_back({model, *instant_from(time)});
    }
    CAPTURE(sql);
    shop.database().must_run(sql);
    const RunWindow window = run_limits(rows, models, {}, *instant_from("2026-11-21"));
    const auto answer = shop.database().query(scripts()[1].statements.back().sql);
    REQUIRE(answer.size() == 1);
    CHECK(answer[0].at(0) == std::to_string(static_cast<int>(window.state)));
  }
}

TEST_CASE("every dialect has every check") {
  const std::vector<SqlScript> here = scripts();
  for (const Dialect* dialect : all_dialects()) {
    CAPTURE(std::string(dialect->name()));
    const auto there = verify_scripts(PostgresShop::sides(), *dialect, {.moved = false, .compare_rows = true});
    REQUIRE(there.size() == 2);
    CHECK(there[0].statements.size() >= here[0].statements.size() - 1);  // tables without owners have no such check
    CHECK(there[1].statements.size() == here[1].statements.size());
    for (const SqlScript& script : there) {
      for (const SqlStatement& statement : script.statements) {
        CHECK(!statement.what.empty());
        CHECK(!statement.sql.ends_with(';'));
      }
    }
  }
}

}  // namespace
}  // namespace plowline
