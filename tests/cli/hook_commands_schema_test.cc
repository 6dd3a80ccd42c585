// The JSON documents of plowline fresh and plowline changed-commands, against the schemas that describe them.
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "program.h"

using namespace plowline::testing;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

// What is wrong with the document; with `mutate` instead the changes to it that the schema does not mind.
std::string judged(const std::string& schema_name, const Json& document, const std::string& what) {
  constexpr const char* kJudge = R"(
import copy, json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
document = json.load(sys.stdin)

def places(value, path=()):
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in items:
        yield from places(member, path + (key,))

def minds(path, change):
    copied = copy.deepcopy(document)
    at = copied
    for key in path[:-1]:
        at = at[key]
    change(at, path[-1])
    return not validator.is_valid(copied)

if sys.argv[2] == "check":
    for error in validator.iter_errors(document):
        print(list(error.absolute_path), error.message)
    sys.exit()
for path, value in places(document):
    if not path:
        continue
    if not minds(path, lambda parent, key: parent.__setitem__(key, 7.5)):
        print(list(path), "wrong type")
    if isinstance(path[-1], str) and not minds(path, lambda parent, key: parent.__delitem__(key)):
        print(list(path), "missing")
    if isinstance(value, dict) and not minds(path, lambda parent, key: parent[key].update(surprise=1)):
        print(list(path), "another member")
)";
  const std::string schema = (source_dir() / "schemas" / schema_name).string();
  const Ran ran = run_clean({"python3", "-c", kJudge, schema, what}, {.input = document.dump()});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  return ran.out;
}

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
  for (const Json& json : {fresh, stale}) CHECK(judged("fresh.schema.json", json, "check") == "");
  CHECK(judged("fresh.schema.json", stale, "mutate") == "");
}

TEST_CASE("the documents of plowline changed-commands are what their schema says") {
  const Json models = document({"changed-commands", "--state", "production", "--format", "json"}, shop_dir());
  const Json nothing = document({"changed-commands", "nothing.sql", "--format", "json"}, shop_dir());
  const Json failed =
      document({"changed-commands", "models/custom/my_new_model.sql", "--dbt-command", "snapshot", "--format", "json"},
               shop_dir());
  for (const Json& json : {models, nothing, failed}) {
    CHECK(judged("changed-commands.schema.json", json, "check") == "");
  }
  CHECK(judged("changed-commands.schema.json", models, "mutate") == "");
  CHECK(nothing["models"].empty());
  // Each model's command is the one that plowline command prints for it.
  REQUIRE(!models["models"].empty());
  for (const Json& model : models["models"]) {
    CHECK(model["error"].is_null());
    const Ran command = run_plowline({"command", model["selector"]}, {.directory = shop_dir()});
    CHECK(command.out == model["command"]["line"].get<std::string>() + "\n");
  }
}
