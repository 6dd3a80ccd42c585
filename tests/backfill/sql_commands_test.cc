// plowline backfill migrate and record, as the built program answers.
#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "backfill/small_manifest.h"
#include "cli/program.h"
#include "support/json_schema.h"
#include "support/support.h"

using namespace plowline::testing;
using Json = nlohmann::json;

namespace {

using Words = std::vector<std::string>;

const std::string kEvents = "model.snowplow_unified.snowplow_unified_base_events_this_run";

// A branch and its production beside it, both as dbt leaves them.
class Shop {
 public:
  Shop() {
    SmallManifest branch("staging");
    SmallManifest production("prod");
    for (SmallManifest* side : {&branch, &production}) side->model("orders", "derived", true, {kEvents});
    branch.model("my_new_model", "derived", true, {kEvents});
    branch.merge("model.shop.my_new_model", {{"config", {{"grants", {{"select", {"reporter"}}}}}}});
    folder_.write("dbt_project.yml", "name: shop\nversion: '1.0'\nprofile: shop\n");
    folder_.write("target/manifest.json", branch.text());
    folder_.write("production/manifest.json", production.text());
    folder_.write("production.csv", "model,last_success\norders,2023-10-11 09:10:00.5\n");
    folder_.write("staging.csv", "model,last_success\nmy_new_model,2023-10-11 09:10:00.5\n");
    folder_.write("behind.csv", "model,last_success\norders,2023-10-11 09:10:00.5\n");
  }

  Ran run(const Words& words) const {
    Words all{"backfill"};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"--state", "production"});
    return run_plowline(all, {.directory = folder_.path(), .input = {}});
  }
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Json document(const Ran& ran) {
  CAPTURE(ran.err);
  REQUIRE(ran.status == 0);
  CHECK(schema_complaints("backfill-sql.schema.json", ran.out) == "");
  return Json::parse(ran.out);
}

}  // namespace

TEST_CASE("migrate: a script for the warehouse's client on standard output, and nothing else") {
  const Shop shop;
  const Ran ran = shop.run({"migrate", "my_new_model"});
  CHECK(ran.status == 0);
  CHECK(ran.out.starts_with(
      "-- my_new_model: copy shop.staging_derived.my_new_model to shop.prod_derived.my_new_model\n"));
  CHECK(has(ran.out, "create table \"shop\".\"prod_derived\".\"my_new_model\""));
  CHECK(has(ran.out, "grant select on table \"shop\".\"prod_derived\".\"my_new_model\" to reporter;"));
  CHECK(ran.out == shop.run({"migrate", "my_new_model"}).out);
}

TEST_CASE("migrate: --move, --replace, --backup-suffix") {
  const Shop shop;
  CHECK(has(shop.run({"migrate", "my_new_model", "--move"}).out, "set schema \"prod_derived\""));
  CHECK(has(shop.run({"migrate", "my_new_model", "--replace"}).out, "rename to \"my_new_model_before_backfill\""));
  CHECK(has(shop.run({"migrate", "my_new_model", "--replace", "--backup-suffix", "_old"}).out,
            "rename to \"my_new_model_old\""));
  const Ran alone = shop.run({"migrate", "my_new_model", "--backup-suffix", "_old"});
  CHECK(alone.status == 2);
  CHECK(alone.out.empty());
  CHECK(has(alone.err, "--backup-suffix names the backup that only --replace makes"));
}

TEST_CASE("migrate: the document is what its schema says") {
  const Shop shop;
  const Ran ran = shop.run({"migrate", "my_new_model", "--format", "json"});
  const Json scripts = document(ran);
  CHECK(scripts["dialect"] == "postgres");
  REQUIRE(scripts["scripts"].size() == 1);
  CHECK(scripts["scripts"][0]["statements"][0]["what"] == "Must be 1: staging has the table.");
  CHECK(schema_gaps("backfill-sql.schema.json", ran.out) == "");
}

TEST_CASE("migrate: --output writes the file and prints nothing") {
  const Shop shop;
  const Ran ran = shop.run({"migrate", "my_new_model", "--output", "migrate.sql"});
  CHECK(ran.status == 0);
  CHECK(ran.out.empty());
  CHECK(read_text(shop.path() / "migrate.sql") == shop.run({"migrate", "my_new_model"}).out);
  const Ran nowhere = shop.run({"migrate", "my_new_model", "--output", "missing/migrate.sql"});
  CHECK(nowhere.status == 3);
  CHECK(nowhere.out.empty());
}

TEST_CASE("record: the insert, and with --timestamp the literal form") {
  const Shop shop;
  const Ran ran = shop.run({"record", "my_new_model"});
  CHECK(ran.status == 0);
  CHECK(has(ran.out, "insert into \"shop\".\"prod_snowplow_manifest\".\"snowplow_unified_incremental_manifest\""));
  CHECK(has(ran.out, "where not exists"));
  const Json scripts = document(shop.run({"record", "my_new_model", "--format", "json"}));
  CHECK(scripts["scripts"].size() == 1);
  const Ran literal = shop.run({"record", "my_new_model", "--timestamp", "2023-10-11T09:10:00.5Z", "--rows",
                                "production.csv", "--staging-rows", "staging.csv"});
  CHECK(literal.status == 0);
  CHECK(literal.err.empty());
  CHECK(has(literal.out, "timestamp '2023-10-11 09:10:00.5'"));
}

TEST_CASE("record: what the rows speak against is refused") {
  const Shop shop;
  const Ran later =
      shop.run({"record", "my_new_model", "--timestamp", "2023-10-11 09:10:01", "--rows", "production.csv"});
  CHECK(later.status == 2);
  CHECK(later.out.empty());
  CHECK(has(later.err, "is later than production's latest last_success"));
  const Ran behind = shop.run({"record", "my_new_model", "--staging-rows", "behind.csv"});
  CHECK(behind.status == 1);
  CHECK(behind.out.empty());
  CHECK(has(behind.err, "staging is not in sync for snowplow_unified: my_new_model has no row"));
  const Ran earlier = shop.run({"record", "my_new_model", "--timestamp", "2023-10-11", "--rows", "production.csv"});
  CHECK(earlier.status == 0);
  CHECK(has(earlier.err, "timestamp-before-production"));
  const Ran none = shop.run({"record", "my_new_model", "--timestamp", "yesterday"});
  CHECK(none.status == 2);
  CHECK(has(none.err, "--timestamp: 'yesterday' is no time"));
  CHECK(shop.run({"record", "my_new_model", "--rows", "missing.csv"}).status == 3);
}

TEST_CASE("the recorded project of the real packages") {
  const auto shared = shared_or_skip("recordings of Snowplow backfills");
  if (shared.empty()) return;
  const auto logs = shared / "corpus/snowplow_logs";
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "state");
  std::filesystem::copy(logs / "A_prod_backfill/prod_manifest.before_merge.json",
                        folder.path() / "state/manifest.json");
  const Ran ran = run_plowline({"backfill", "record", "my_new_model", "--manifest",
                                (logs / "B_staging_backfill/staging_manifest.branch.json").string(), "--state", "state",
                                "--staging-rows", (logs / "B_staging_backfill/04_staging_run4.manifest.csv").string()},
                               {.directory = folder.path(), .input = {}});
  CHECK_MESSAGE(ran.status == 0, ran.err);
  CHECK(has(ran.out, "sync.found = 4 and sync.models = 4"));
  CHECK(has(ran.out, "when count(*) <> 14 then 'state 2"));
}
