// The whole second half of a backfill as a user does it: the built program's scripts through psql, for the sample
// project, whose manifests are those of PostgreSQL.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backfill/postgres_shop.h"
#include "support/support.h"

namespace plowline {
namespace {

using testing::differences;
using testing::PostgresCluster;
using testing::PostgresShop;
using testing::Ran;
using Json = nlohmann::json;
using Names = std::vector<std::string>;

const std::string kManifest = "snowplow_unified_incremental_manifest";

std::filesystem::path sample() {
  return testing::source_dir() / "samples" / "snowplow_shop";
}

Ran backfill(std::vector<std::string> words) {
  words.insert(words.begin(), {testing::plowline_binary().string(), "backfill"});
  words.insert(words.end(), {"--state", "production", "--project-dir", "."});
  return testing::run(words, {.directory = sample(), .environment = {}, .input = {}});
}

// What a command prints, which must be a result and no finding.
std::string script(const std::vector<std::string>& words) {
  const Ran ran = backfill(words);
  CHECK(ran.err == "");
  REQUIRE(ran.status == 0);
  return ran.out;
}

// Both manifest tables hold the rows that lie in the sample.
void fill_manifests(const PostgresShop& shop) {
  for (const std::string side : {"staging", "production"}) {
    const std::string table = (side == "staging" ? "staging" : "prod") + std::string("_snowplow_manifest.") + kManifest;
    shop.database().must_run(fmt::format("delete from {0};\ncopy {0} from stdin csv header;\n{1}\\.\n", table,
                                         testing::read_text(sample() / "backfill" / (side + "_rows.csv"))));
  }
}

std::string exported(const PostgresShop& shop, std::string_view schema) {
  return shop.database()
      .run_sql(fmt::format("copy {}.{} to stdout csv header;", schema, kManifest), {}, "-c datestyle=ISO")
      .out;
}

TEST_CASE("migrate, record, verify: from the program's own output to a production that goes on") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("the commands on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  fill_manifests(shop);
  const auto before = shop.snapshot();

  const Ran migrated = shop.database().run_sql(script({"migrate", "my_new_model"}));
  CHECK(migrated.err == "");
  const Ran recorded = shop.database().run_sql(script({"record", "my_new_model"}));
  CHECK(recorded.err == "");
  // staging is ahead of production in the sample: the row is held back at production's own time
  CHECK(shop.last_success("prod_snowplow_manifest", "my_new_model") == "2026-02-01 04:02:37.481");
  CHECK(recorded.out.find("state 4: the standard run") != std::string::npos);

  const auto after = shop.snapshot();
  CHECK(differences(before, after) == Names{"prod_snowplow_manifest." + kManifest, "prod_derived.my_new_model",
                                            "prod_derived.my_new_model_id_seq",
                                            "prod_derived.my_new_model_number_seq"});
  CHECK(after.at("prod_derived.my_new_model") == before.at("staging_derived.my_new_model"));

  const Ran verified = shop.database().run_sql(script({"verify", "my_new_model", "--compare-rows"}));
  CHECK(verified.err == "");
  CHECK(differences(after, shop.snapshot()).empty());

  // Once more, all three: nothing happens.
  CHECK(shop.database().run_sql(script({"migrate", "my_new_model"})).status == 3);
  CHECK(shop.database().run_sql(script({"record", "my_new_model"})).status == 0);
  CHECK(differences(after, shop.snapshot()).empty());
}

TEST_CASE("rows that psql wrote are read back, and tell what the database would tell") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("the commands on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  fill_manifests(shop);
  const testing::TemporaryFolder folder;
  const auto verdict = [&](int status) {
    const Ran ran =
        backfill({"verify", "my_new_model", "--format", "json", "--now", "2026-02-02 08:00:00", "--rows",
                  folder.write("prod.csv", exported(shop, "prod_snowplow_manifest")).string(), "--staging-rows",
                  folder.write("staging.csv", exported(shop, "staging_snowplow_manifest")).string()});
    CHECK(ran.err == "");
    CHECK(ran.status == status);
    return Json::parse(ran.out).at("verdicts").at(0);
  };
  Json found = verdict(0);
  CHECK(found.at("missing") == Json{"my_new_model"});
  CHECK(found.at("next").at("state") == 2);
  CHECK(found.at("next_after_record").at("state") == 4);

  shop.database().must_run(script({"record", "my_new_model"}));
  found = verdict(0);
  CHECK(found.at("in_sync") == true);
  CHECK(found.at("next") ==
        Json{{"state", 4}, {"lower_limit", "2026-01-31 22:02:37.481"}, {"upper_limit", "2026-02-02 08:00:00"}});

  shop.database().must_run(
      fmt::format("update prod_snowplow_manifest.{} set last_success = '2026-02-01 04:02:38' where "
                  "model = 'my_new_model';",
                  kManifest));
  found = verdict(1);
  CHECK(found.at("safe") == false);
  CHECK(found.at("ahead_of_production") == Json{"my_new_model"});
}

TEST_CASE("production has the table already: --replace keeps it aside, and a move leaves nothing behind") {
  const PostgresCluster* cluster = PostgresCluster::get_or_skip("the commands on PostgreSQL");
  if (cluster == nullptr) return;
  const PostgresShop shop(*cluster);
  shop.database().must_run(
      "create table prod_derived.my_new_model (view_id text constraint the_key primary key);"
      "insert into prod_derived.my_new_model values ('old');");
  const auto before = shop.snapshot();
  CHECK(shop.database().run_sql(script({"migrate", "my_new_model", "--move"})).status == 3);
  CHECK(differences(before, shop.snapshot()).empty());
  shop.database().must_run(script({"migrate", "my_new_model", "--move", "--replace"}));
  const auto after = shop.snapshot();
  CHECK(after.at("prod_derived.my_new_model") == before.at("staging_derived.my_new_model"));
  CHECK(after.at("prod_derived.my_new_model_before_backfill") == before.at("prod_derived.my_new_model"));
  CHECK(!after.contains("staging_derived.my_new_model"));
  CHECK(shop.database().run_sql(script({"verify", "my_new_model", "--moved"})).err == "");
}

}  // namespace
}  // namespace plowline
