#include "backfill/plan.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/json_schema.h"
#include "support/support.h"

namespace plowline::testing {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// `plowline backfill plan` over the sample shop, as if it were the middle of January 2026.
Ran plan(std::vector<std::string> arguments, const fs::path& shop = source_dir() / "samples" / "snowplow_shop") {
  std::vector<std::string> words{plowline_binary().string(), "backfill", "plan"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  for (const char* word : {"--state", "production", "--now", "2026-01-15 10:00:00"}) words.emplace_back(word);
  return run(words, {.directory = shop, .environment = {"DBT_STATE="}, .input = {}});
}

Json planned(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--format", "json"});
  const Ran ran = plan(arguments);
  CAPTURE(ran.err);
  REQUIRE(ran.out.ends_with("}\n"));
  return Json::parse(ran.out);
}

const Json* check_of(const Json& document, const std::string& name) {
  for (const Json& check : document["checks"]) {
    if (check["name"] == name) return &check;
  }
  return nullptr;
}

TEST_CASE("the plan of the sample's new model") {
  const Json document = planned({"my_new_model", "--target", "staging", "--backfill-limit-days", "120"});
  CHECK(schema_complaints("backfill-plan.schema.json", document.dump()) == "");
  CHECK(schema_gaps("backfill-plan.schema.json", document.dump()) == "");
  CHECK(document["holds"] == true);
  CHECK(document["models"][0]["production"]["schema"] == "prod_derived");
  CHECK(document["packages"][0]["new_models"] == Json{"my_new_model"});
  CHECK(document["guards"] == Json{"snowplow_media_player_base"});
  // 2025-01-01 to 2026-01-15 are 379 days: four runs of 120.
  REQUIRE(document["run_count"] == 4);
  const Json& windows = document["runs"][0]["windows"];
  CHECK(windows[0]["state"] == 1);
  CHECK(windows[0]["lower_limit"] == "2025-01-01 00:00:00");
  CHECK(windows[0]["upper_limit"] == "2025-05-01 00:00:00");
  CHECK(windows[3]["state"] == 4);
  CHECK(windows[3]["upper_limit"] == "2026-01-15 10:00:00");
  CHECK(windows[3]["reaches_now"] == true);
  // The command is the one that plowline command prints.
  const Ran command = run(
      {plowline_binary().string(), "command", "+my_new_model", "--target", "staging", "--backfill-limit-days", "120"},
      {.directory = source_dir() / "samples" / "snowplow_shop", .environment = {}, .input = {}});
  CHECK(document["run_command"].get<std::string>() + "\n" == command.out);
  CHECK(document["seed_command"] ==
        "dbt seed --target staging --select checkout_steps "
        "snowplow_unified_dim_ga4_source_categories --vars "
        "'{\"snowplow__backfill_limit_days\": 120}'");
}

TEST_CASE("what the plan would not do by itself is a check that warns or fails") {
  const Json unnamed = planned({"my_new_model"});
  REQUIRE(check_of(unnamed, "target-named") != nullptr);
  CHECK((*check_of(unnamed, "target-named"))["status"] == "warning");
  CHECK((*check_of(unnamed, "backfill-limit"))["status"] == "warning");
  CHECK((*check_of(unnamed, "backfill-limit"))["message"] ==
        "snowplow_unified: 30 days a run (dbt_project.yml:21) make 13 runs; 3 to 6 months a run make fewer");
  const Json future = planned({"my_new_model", "--start-date", "2027-01-01"});
  CHECK((*check_of(future, "start-date"))["status"] == "failed");
  CHECK(future["holds"] == false);
  CHECK(future["run_count"] == 0);
}

TEST_CASE("with production's rows, the plan knows what state production is in") {
  const fs::path rows = source_dir() / "samples" / "snowplow_shop" / "backfill" / "production_rows.csv";
  const TemporaryFolder folder;
  const auto status_with = [&](const std::string& text) {
    const Json document = planned({"my_new_model", "--rows", folder.write("rows.csv", text).string()});
    const Json* check = check_of(document, "manifest-rows");
    REQUIRE(check != nullptr);
    return (*check)["status"].get<std::string>() + ": " + (*check)["message"].get<std::string>();
  };
  const std::string text = read_text(rows);
  CHECK(status_with(text) == "ok: snowplow_unified: production's rows are in state 4 (standard)");
  CHECK(status_with(text + "my_new_model,2026-01-01\n") ==
        "failed: snowplow_unified: production's manifest has a row already of my_new_model");
  CHECK(status_with(text + "shop_users,2026-01-01\n") ==
        "failed: snowplow_unified: production's rows are in state 2 (a new model)");
  const std::string behind = text.substr(0, text.rfind("snowplow_unified_views_this_run"));
  CHECK(status_with(behind + "snowplow_unified_views_this_run,2026-01-01\n") ==
        "warning: snowplow_unified: production's rows are in state 3 (out of sync)");
  CHECK(status_with(behind) == "failed: snowplow_unified: production's rows are in state 2 (a new model)");
  const Json unknown = planned({"my_new_model"});
  CHECK((*check_of(unknown, "manifest-rows"))["status"] == "unknown");
}

TEST_CASE("a failed check ends with status 1, a model that is not there with 2") {
  CHECK(plan({"my_new_model", "--target", "staging"}).status == 0);
  CHECK(plan({"my_new_model", "--start-date", "2027-01-01"}).status == 1);
  const Ran misspelt = plan({"my_new_modell"});
  CHECK(misspelt.status == 2);
  CHECK(misspelt.out.empty());
  CHECK(misspelt.err.find("did you mean 'my_new_model'?") != std::string::npos);
  CHECK(plan({"+my_new_model"}).err.find("names more than the new model") != std::string::npos);
  const Ran stateless =
      run({plowline_binary().string(), "backfill", "plan", "my_new_model"},
          {.directory = source_dir() / "samples" / "snowplow_shop", .environment = {"DBT_STATE="}, .input = {}});
  CHECK(stateless.status == 2);
  CHECK(stateless.err.find("--state DIR") != std::string::npos);
}

TEST_CASE("production for both sides: the run would write production's own tables") {
  const fs::path shop = source_dir() / "samples" / "snowplow_shop";
  const Ran ran = run({plowline_binary().string(), "backfill", "plan", "my_new_model", "--state", "target", "--format",
                       "json", "--now", "2026-01-15"},
                      {.directory = shop, .environment = {}, .input = {}});
  REQUIRE(ran.status == 1);
  const Json document = Json::parse(ran.out);
  CHECK((*check_of(document, "manifest-tables-differ"))["status"] == "failed");
  CHECK((*check_of(document, "relations-differ"))["status"] == "failed");
}

TEST_CASE("what run refuses, plan finds: a schema of production's, and its tables in another letter case") {
  const fs::path shop = source_dir() / "samples" / "snowplow_shop";
  const std::string production = read_text(shop / "production" / "manifest.json");
  const auto message_with = [&](std::string_view schema) {
    std::string text = production;
    constexpr std::string_view kOwn = "prod_derived";
    for (std::size_t at = text.find(kOwn); at != std::string::npos; at = text.find(kOwn, at + schema.size()))
      text.replace(at, kOwn.size(), schema);
    const TemporaryFolder folder;
    folder.write("manifest.json", text);
    const Ran ran = run({plowline_binary().string(), "backfill", "plan", "my_new_model", "--state",
                         folder.path().string(), "--format", "json", "--now", "2026-01-15"},
                        {.directory = shop, .environment = {}, .input = {}});
    return (*check_of(Json::parse(ran.out), "relations-differ"))["message"].get<std::string>();
  };
  CHECK(message_with("prod_derived") == "none of the 11 models of the run writes where production keeps its tables");
  // my_new_model is new there: it would land between production's tables.
  CHECK(message_with("STAGING_derived").starts_with("the run would write into production's "));
  CHECK(message_with("STAGING_derived").find("staging_derived") != std::string::npos);
}

TEST_CASE("each format says the same, and whole files only are written") {
  const TemporaryFolder folder;
  const std::vector<std::string> base{"my_new_model", "--target", "staging"};
  for (const char* format : {"text", "markdown", "html"}) {
    std::vector<std::string> words = base;
    words.insert(words.end(), {"--format", format});
    const Ran ran = plan(words);
    CAPTURE(format);
    REQUIRE(ran.status == 0);
    for (const char* step : {"1. Stage", "2. Migrate", "3. Record", "4. Verify", "5. Merge", "Done when", "To go back",
                             "Tell the users"}) {
      CHECK_MESSAGE(ran.out.find(step) != std::string::npos, step);
    }
    CHECK(plan(words).out == ran.out);
    words.insert(words.end(), {"--output", (folder.path() / format).string()});
    const Ran written = plan(words);
    CHECK(written.out.empty());
    CHECK(read_text(folder.path() / format) == ran.out);
  }
  std::vector<std::string> nowhere = base;
  nowhere.insert(nowhere.end(), {"--output", (folder.path() / "no" / "folder").string()});
  CHECK(plan(nowhere).status == 3);
}

}  // namespace
}  // namespace plowline::testing
