// The record statement on a real PostgreSQL: what it inserts, when it refuses, and that production goes on after it.
#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <future>

#include "backfill/dialects.h"
#include "backfill/postgres_shop.h"
#include "backfill/record.h"
#include "backfill/simulate.h"

namespace plowline {
namespace {

using testing::differences;
using testing::kProductionTime;
using testing::PostgresCluster;
using testing::PostgresShop;
using Names = std::vector<std::string>;

const std::string kStagingTable = "staging_snowplow_manifest.snowplow_unified_incremental_manifest";
const std::string kProductionTable = "prod_snowplow_manifest.snowplow_unified_incremental_manifest";

SqlScript script_of(const RecordOptions& options = {}, const BlueGreen& sides = PostgresShop::sides()) {
  Warnings warnings;
  auto scripts = record_scripts(sides, postgres_dialect(), options, warnings);
  REQUIRE(scripts.has_value());
  REQUIRE(scripts->size() == 1);
  return std::move(scripts->front());
}

std::string recorded(const PostgresShop& shop, std::string_view model = "my_new_model") {
  return shop.last_success("prod_snowplow_manifest", model);
}

void stage(const PostgresShop& shop, std::string_view time) {
  shop.database().must_run(fmt::format("update {} set last_success = '{}';", kStagingTable, time));
}

TEST_CASE("staging's time is recorded to the microsecond, and nothing else changes") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("record on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  auto before = shop.snapshot();
  const testing::Ran ran = shop.run(script_of());
  CHECK(ran.err == "");
  CHECK(ran.out.find("state 4: the standard run") != std::string::npos);
  CHECK(recorded(shop) == kProductionTime);
  CHECK(recorded(shop, "snowplow_unified_views") == kProductionTime);
  CHECK(shop.database().value("select count(*) from " + kProductionTable) == "3");
  CHECK(differences(before, shop.snapshot()) == Names{kProductionTable});

  // A second time it inserts nothing.
  before = shop.snapshot();
  CHECK(shop.run(script_of()).status == 0);
  CHECK(differences(before, shop.snapshot()).empty());
}

TEST_CASE("staging ahead of production is held back, by a microsecond or by a day; behind, it keeps its own time") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("record on PostgreSQL");
  if (cluster == nullptr) return;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"2026-11-20 22:25:21.482124", std::string(kProductionTime)},
      {"2026-11-22 00:00:00", std::string(kProductionTime)},
      {"2026-11-20 22:25:21.482122", "2026-11-20 22:25:21.482122"},
      {"2026-10-01 00:00:00.000001", "2026-10-01 00:00:00.000001"}};
  for (const auto& [staged, expected] : cases) {
    CAPTURE(staged);
    const PostgresShop shop(*cluster);
    stage(shop, staged);
    shop.must_run(script_of());
    CHECK(recorded(shop) == expected);
  }
}

TEST_CASE("what production has counts as it is: retired models do not, an empty manifest does not hold back") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("record on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  stage(shop, "2026-11-22 00:00:00");
  shop.database().must_run(fmt::format("insert into {} values ('retired', '2027-01-01');", kProductionTable));
  shop.must_run(script_of());
  CHECK(recorded(shop) == kProductionTime);

  shop.database().must_run(fmt::format("delete from {};", kProductionTable));
  shop.must_run(script_of());
  CHECK(recorded(shop) == "2026-11-22 00:00:00");
}

// Two models in run: the new one, and a helper that production has.
BlueGreen with_helper() {
  BlueGreen sides = PostgresShop::sides();
  sides.packages[0].staging_models = {"my_new_model", "snowplow_unified_views"};
  return sides;
}

TEST_CASE("staging that is not in sync, and a row that is there: nothing is inserted") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("refusals on PostgreSQL");
  if (cluster == nullptr) return;
  const auto refused = [&](const std::string& change) {
    const PostgresShop shop(*cluster);
    shop.database().must_run(change);
    CAPTURE(change);
    const auto before = shop.snapshot();
    CHECK(shop.run(script_of({}, with_helper())).status == 0);
    CHECK(differences(before, shop.snapshot()).empty());
  };
  refused("select 1;");  // the helper has no row in staging
  refused(
      fmt::format("insert into {} values ('snowplow_unified_views', '2026-11-20 22:25:21.482122');", kStagingTable));
  refused(fmt::format("insert into {0} select * from {0}; insert into {0} values ('snowplow_unified_views', '{1}');",
                      kStagingTable, kProductionTime));
  refused(fmt::format("delete from {};", kStagingTable));
  refused(
      fmt::format("insert into {0} values ('snowplow_unified_views', '{1}');"
                  "insert into {2} values ('my_new_model', '2020-01-01');",
                  kStagingTable, kProductionTime, kProductionTable));
  const PostgresShop shop(*cluster);
  shop.database().must_run(
      fmt::format("insert into {} values ('snowplow_unified_views', '{}');", kStagingTable, kProductionTime));
  shop.must_run(script_of({}, with_helper()));
  CHECK(recorded(shop) == kProductionTime);
}

TEST_CASE("a time that is given is held back like staging's own") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("record on PostgreSQL");
  if (cluster == nullptr) return;
  for (const auto& [given, expected] :
       std::vector<std::pair<const char*, std::string>>{{"2026-11-21 00:00:00", std::string(kProductionTime)},
                                                        {"2026-11-20 22:25:21.000001", "2026-11-20 22:25:21.000001"}}) {
    const PostgresShop shop(*cluster);
    RecordOptions options;
    options.timestamp = instant_from(given);
    shop.must_run(script_of(options));
    CHECK(recorded(shop) == expected);
  }
}

TEST_CASE("two at the same time insert one row; an error before the end inserts none") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("record on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  const SqlScript whole = script_of();
  const auto before = shop.snapshot();
  for (std::size_t i = 0; i < whole.statements.size() && whole.statements[i].sql != "commit"; ++i) {
    SqlScript broken = whole;
    broken.statements.insert(broken.statements.begin() + static_cast<std::ptrdiff_t>(i) + 1, {"", "select 1 / 0"});
    CHECK(shop.run(broken).status == 3);
    CHECK(differences(before, shop.snapshot()).empty());
  }

  SqlScript slow = whole;
  const auto commit = std::ranges::find(slow.statements, "commit", &SqlStatement::sql);
  REQUIRE(commit != slow.statements.end());
  slow.statements.insert(commit, {"", "select pg_sleep(0.4)"});
  auto first = std::async(std::launch::async, [&] { return shop.run(slow).status; });
  auto second = std::async(std::launch::async, [&] { return shop.run(slow).status; });
  CHECK(first.get() == 0);
  CHECK(second.get() == 0);
  CHECK(shop.database().value("select count(*) from " + kProductionTable + " where model = 'my_new_model'") == "1");
}

TEST_CASE("hostile model names are recorded as they are, and do nothing else") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("record on PostgreSQL");
  if (cluster == nullptr) return;
  for (const std::string name : {"it's", "'); drop schema prod_derived cascade; --", "back\\slash",
                                 "\\'; select 1/0; --", "$$ :x :'y'", "line\nbreak"}) {
    CAPTURE(name);
    const PostgresShop shop(*cluster);
    shop.database().must_run(fmt::format("update {} set model = {};", kStagingTable, postgres_dialect().text(name)));
    BlueGreen sides = PostgresShop::sides();
    sides.packages[0].new_models = {name};
    sides.packages[0].staging_models = {name};
    const auto before = shop.snapshot();
    CHECK(shop.run(script_of({}, sides)).err == "");
    CHECK(differences(before, shop.snapshot()) == Names{kProductionTable});
    CHECK(shop.database().value(fmt::format("select last_success::text from {} where model = {}", kProductionTable,
                                            postgres_dialect().text(name))) == kProductionTime);
  }
}

// Production's runs after the merge, from the rows as they lie in the table: an event every ten minutes.
Simulation runs_after(const PostgresShop& shop) {
  const auto at = [](std::string_view text) { return *instant_from(text); };
  SimulationInput input;
  input.settings.start_date = at("2026-01-01");
  for (const auto& row : shop.database().query("select model, last_success::text from " + kProductionTable)) {
    input.rows.push_back({row.at(0), at(row.at(1))});
  }
  input.models = {"my_new_model", "snowplow_unified_sessions", "snowplow_unified_views"};
  input.selected = input.models;
  input.events.first = at("2026-01-01");
  input.events.last = at("2026-11-25");
  input.now = at("2026-11-21 10:11:12");
  return simulate(input);
}

// Where production's models are before the merge, all at times of events.
const std::vector<std::pair<std::string, std::string>> kProductionStates = {
    {"2026-11-20 09:10:00", "2026-11-20 09:10:00"},
    {"2026-11-20 09:10:00", "2026-11-20 08:50:00"},
    {"2026-11-20 09:10:00", "2026-07-01 00:00:00"}};
// Where staging is, in microseconds from production's latest.
const std::vector<std::string> kStagingOffsets = {
    "0",           "1",          "-1",           "518000",       "-7000000",      "7000000",
    "-1200000000", "1200000000", "-86400000000", "172800000123", "-8640000000000"};

TEST_CASE("after the record production always goes on, wherever staging and production are") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("the runs after the record");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  const SqlScript script = script_of();
  for (const auto& [views, sessions] : kProductionStates) {
    for (const std::string& offset : kStagingOffsets) {
      CAPTURE(sessions);
      CAPTURE(offset);
      shop.database().must_run(
          fmt::format("delete from {0}; insert into {0} values ('snowplow_unified_views', '{1}'), "
                      "('snowplow_unified_sessions', '{2}');"
                      "update {3} set last_success = timestamp '{1}' + {4} * interval '1 microsecond';",
                      kProductionTable, views, sessions, kStagingTable, offset));
      shop.must_run(script);
      const Simulation simulation = runs_after(shop);
      CHECK(simulation.end == SimulationEnd::kUpToDate);
      CHECK(simulation.runs.front().window.state != RunState::kNewModel);
    }
  }
}

TEST_CASE("typed by hand, the same times stop production: what the statement is for") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("the runs after a typed row");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  for (const char* typed : {"2026-11-20 09:10:00.000001", "2026-11-20 09:10:07", "2026-11-21 00:00:01"}) {
    CAPTURE(typed);
    shop.database().must_run(
        fmt::format("delete from {0}; insert into {0} values ('snowplow_unified_views', '2026-11-20 09:10:00'), "
                    "('snowplow_unified_sessions', '2026-11-20 09:10:00'), ('my_new_model', '{1}');",
                    kProductionTable, typed));
    CHECK(runs_after(shop).end == SimulationEnd::kStuckState3);
  }
}

}  // namespace
}  // namespace plowline
