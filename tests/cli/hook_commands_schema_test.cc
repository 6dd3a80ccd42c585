// The JSON documents of plowline fresh and plowline changed-commands, against the schemas that describe them.
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "program.h"
#include "support/json_schema.h"

using namespace plowline::testing;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

Json document(const Words& arguments, const fs::path& folder) {
  const Ran ran = run_plowline(arguments, {.directory = folder});
  CAPTURE(ran.err);
  REQUIRE(ran.out.ends_with("}\n"));
  return Json::parse(ran.out);
}

}  // namespace

TEST_CASE("the documents of plowline fresh are what their schema says") {
  const TemporaryFolder folder;
  fs::copy(shop_dir(), folder.path(), fs::copy_options::recursive);
  const Json fresh = document({"fresh", "--format", "json"}, folder.path());
  CHECK(fresh["fresh"] == true);
  CHECK(fresh["projects"][0]["files"].empty());
  std::ofstream(folder.path() / "models" / "custom" / "my_new_model.sql", std::ios::app) << "-- changed\n";
  fs::remove(folder.path() / "models" / "reporting" / "daily_orders.sql");
  const Json stale = document({"fresh", "--format", "json"}, folder.path());
  CHECK(stale["fresh"] == false);
  CHECK(stale["projects"][0]["name"] == "snowplow_shop");
  CHECK(stale["projects"][0]["files"][1]["change"] == "gone");
  for (const Json& json : {fresh, stale}) CHECK(schema_complaints("fresh.schema.json", json.dump()) == "");
  CHECK(schema_gaps("fresh.schema.json", stale.dump()) == "");
}

TEST_CASE("the documents of plowline changed-commands are what their schema says") {
  const Json models = document({"changed-commands", "--state", "production", "--format", "json"}, shop_dir());
  const Json nothing = document({"changed-commands", "nothing.sql", "--format", "json"}, shop_dir());
  const Json failed =
      document({"changed-commands", "models/custom/my_new_model.sql", "--dbt-command", "snapshot", "--format", "json"},
               shop_dir());
  for (const Json& json : {models, nothing, failed}) {
    CHECK(schema_complaints("changed-commands.schema.json", json.dump()) == "");
  }
  CHECK(schema_gaps("changed-commands.schema.json", models.dump()) == "");
  CHECK(nothing["models"].empty());
  // Each model's command is the one that plowline command prints for it.
  REQUIRE(!models["models"].empty());
  for (const Json& model : models["models"]) {
    CHECK(model["error"].is_null());
    const Ran command = run_plowline({"command", model["selector"]}, {.directory = shop_dir()});
    CHECK(command.out == model["command"]["line"].get<std::string>() + "\n");
  }
}
