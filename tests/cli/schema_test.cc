// What `--format json` prints, against the schema that describes it: Python's jsonschema is the judge.
#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "program.h"

using namespace plowline::testing;
using Json = nlohmann::json;

namespace {

using Words = std::vector<std::string>;

// Reads a list of documents; prints what is wrong with each. With `mutate`, breaks each one in every place, and prints
// the changes that the schema did not mind.
constexpr const char* kJudge = R"(
import copy, json, sys
try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit("jsonschema is missing: apt-get install python3-jsonschema")
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)

def places(value, path=()):
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in items:
        yield from places(member, path + (key,))

def changed(document, path, change):
    copied = copy.deepcopy(document)
    at = copied
    for key in path[:-1]:
        at = at[key]
    change(at, path[-1])
    return copied

def remove(parent, key): del parent[key]
def wrong_type(parent, key): parent[key] = 7.5
def another_member(parent, key): parent[key]["surprise"] = 1

for number, document in enumerate(json.load(sys.stdin)):
    if sys.argv[2] == "check":
        for error in validator.iter_errors(document):
            print(number, list(error.absolute_path), error.message)
        continue
    for path, value in places(document):
        if not path:
            continue
        changes = [wrong_type]
        if isinstance(path[-1], str):
            changes.append(remove)
        if isinstance(value, dict):
            changes.append(another_member)
        for change in changes:
            if validator.is_valid(changed(document, path, change)):
                print(number, list(path), change.__name__)
)";

Ran judge(const Json& documents, const std::string& what) {
  const std::string schema = (source_dir() / "schemas" / "command.schema.json").string();
  Ran ran = run_clean({"python3", "-c", kJudge, schema, what}, {.input = documents.dump()});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  return ran;
}

Json document(const Words& arguments, const Surroundings& around) {
  const Ran ran = run_plowline(arguments, around);
  CAPTURE(arguments);
  REQUIRE(!ran.out.empty());
  CHECK(ran.out.ends_with("}\n"));
  return Json::parse(ran.out);
}

Json all_documents() {
  const Surroundings shop{.directory = shop_dir()};
  Json documents = Json::array();
  for (const Words& selection :
       {Words{"+my_new_model"}, Words{"my_new_model"}, Words{"+my_new_model", "--all-names"}, Words{"daily_orders"},
        Words{"tag:snowplow_unified_incremental", "--exclude", "my_new_model+"}, Words{"--selector", "custom_models"},
        Words{"*"}, Words{"@shop_users", "--dbt-command", "build"}, Words{"checkout_funnel", "--strict"},
        Words{"state:modified+", "--state", "production"}, Words{"+my_new_model", "--shell", "cmd"},
        Words{"+my_new_model", "--shell", "argv"}, Words{"my_new_model", "--vars", "{a: 2024-01-01}", "-t", "it's"},
        Words{"resource_type:test", "--dbt-command", "test"}}) {
    for (const char* command : {"command", "vars"}) {
      Words words{command, "--format", "json", "-q"};
      words.insert(words.end(), selection.begin(), selection.end());
      documents.push_back(document(words, shop));
    }
  }
  documents.push_back(
      document({"command", "orders+", "--format", "json"}, {.directory = samples_dir() / "jaffle_without_snowplow"}));
  documents.push_back(document({"command", "--ls", "-", "--format", "json"}, {.input = "model.shop.my_new_model\n"}));
  documents.push_back(
      document({"command", "--ls", "-", "--format", "json"},
               {.directory = shop_dir(), .input = "10:00:00  Found 44 models\nmy_new_model\nnothing_known\n"}));
  return documents;
}

}  // namespace

TEST_CASE("every document of --format json is what its schema says") {
  CHECK(judge(all_documents(), "check").out == "");
}

TEST_CASE("the schema refuses a document that lacks a member, has another one, or one of another type") {
  const Json shop = document({"command", "+my_new_model", "--format", "json", "-q"}, {.directory = shop_dir()});
  CHECK(judge(Json::array({shop}), "mutate").out == "");
  // The values that are one of a closed set.
  Json wrong = shop;
  wrong["models_to_run"]["names"][0]["origin"] = "guessed";
  CHECK(judge(Json::array({wrong}), "check").out.find("guessed") != std::string::npos);
}

TEST_CASE("the document says what the other forms say") {
  const Surroundings shop{.directory = shop_dir()};
  const Json plan = document({"command", "+my_new_model", "--format", "json"}, shop);
  CHECK(plan["command"]["line"].get<std::string>() + "\n" == run_plowline({"command", "+my_new_model"}, shop).out);
  CHECK(plan["command"]["vars"].get<std::string>() + "\n" == run_plowline({"vars", "+my_new_model"}, shop).out);
  CHECK(Json::parse(run_plowline({"command", "+my_new_model", "--shell", "json"}, shop).out) ==
        plan["command"]["argv"]);
  CHECK(plan["project"]["name"] == "snowplow_shop");
  CHECK(plan["project"]["schema_version"] == 12);
  Words nodes;
  for (const Json& node : plan["nodes"]) nodes.push_back(node["name"]);
  std::string listed;
  for (const std::string& name : nodes) listed += name + "\n";
  CHECK(listed == run_plowline({"ls", "+my_new_model", "--resource-type", "model", "--output", "name"}, shop).out);
  for (const Json& node : plan["nodes"]) CHECK(!node["reasons"].empty());
  CHECK(plan["warnings"][0]["code"] == "seeds-not-built");
  // With --format json the warnings still go to standard error.
  CHECK(run_plowline({"command", "+my_new_model", "--format", "json"}, shop).err.find("[seeds-not-built]") !=
        std::string::npos);
}
