// plowline diff as a user runs it, on the sample project and on what the real dbt was asked about.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "program.h"

using namespace plowline::testing;
using Json = nlohmann::json;

namespace {

using Words = std::vector<std::string>;

const Surroundings& shop() {
  static const Surroundings around{.directory = shop_dir()};
  return around;
}

Ran diff(Words arguments) {
  arguments.insert(arguments.begin(), "diff");
  return run_plowline(std::move(arguments), shop());
}

// What is wrong with the document for schemas/diff.schema.json; empty where nothing is.
std::string wrong_for_schema(const std::string& document) {
  constexpr const char* kJudge =
      "import json, sys\n"
      "from jsonschema import Draft202012Validator as Validator\n"
      "schema = json.load(open(sys.argv[1]))\n"
      "Validator.check_schema(schema)\n"
      "for error in Validator(schema).iter_errors(json.load(sys.stdin)):\n"
      "    print(list(error.absolute_path), error.message)\n";
  const std::string schema = (source_dir() / "schemas" / "diff.schema.json").string();
  const Ran ran = run_clean({"python3", "-c", kJudge, schema}, {.input = document});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  return ran.out;
}

Words ids_of(const Json& nodes) {
  Words ids;
  for (const Json& node : nodes) ids.push_back(node["unique_id"]);
  return ids;
}

Words big_features(Words arguments) {
  const std::filesystem::path folder = source_dir() / "tests" / "oracle" / "big_features";
  arguments.insert(arguments.begin(), {"diff", "--manifest", (folder / "target" / "manifest.json").string(), "--state",
                                       (folder / "state").string()});
  return arguments;
}

}  // namespace

TEST_CASE("diff: exit statuses") {
  CHECK(diff({"--state", "production"}).status == 0);
  CHECK(diff({"--state", "production", "--fail-on-change"}).status == 1);
  const Ran same = diff({"--state", "target", "--fail-on-change"});
  CHECK(same.status == 0);
  CHECK(same.out.ends_with("\nno difference\n"));
}

TEST_CASE("diff: what cannot be compared is an error") {
  const Ran none = diff({});
  CHECK(none.status == 2);
  CHECK(none.out.empty());
  CHECK(none.err.find("give the folder of one: --state DIR") != std::string::npos);
  const Ran missing = diff({"--state", "nowhere"});
  CHECK(missing.status == 2);
  CHECK(missing.err.find("there is no folder nowhere") != std::string::npos);
  const Ran empty = diff({"--state", "models"});
  CHECK(empty.status == 3);
  CHECK(empty.err.find("models/manifest.json: does not exist") != std::string::npos);
  CHECK(diff({"--state", "production", "--format", "yaml"}).status == 2);
  CHECK(diff({"nomethod:x", "--state", "production"}).status == 2);
}

TEST_CASE("diff: DBT_STATE names the folder too") {
  Surroundings around = shop();
  around.environment = {"DBT_STATE=production"};
  CHECK(run_plowline({"diff"}, around).out == diff({"--state", "production"}).out);
}

TEST_CASE("diff: the three formats tell the same, and JSON is what its schema says") {
  for (const Words& arguments :
       {Words{"--state", "production"}, Words{"+my_new_model", "--state", "production"}, Words{"--state", "target"}}) {
    Words json = arguments;
    json.insert(json.end(), {"--format", "json"});
    const Ran ran = diff(json);
    CHECK(ran.status == 0);
    CHECK(wrong_for_schema(ran.out) == "");
    const Json document = Json::parse(ran.out);
    const std::string text = diff(arguments).out;
    Words markdown = arguments;
    markdown.insert(markdown.end(), {"--format", "markdown"});
    const std::string comment = diff(markdown).out;
    for (const char* kind : {"new", "modified", "disabled", "removed"}) {
      for (const std::string& id : ids_of(document[kind])) {
        CHECK(text.find("\n  " + id + "  ") != std::string::npos);
        CHECK(comment.find("- `" + id + "`") != std::string::npos);
      }
    }
  }
}

TEST_CASE("diff: real answers, and what is gone") {
  const Ran ran = run_plowline(big_features({"--format", "json"}));
  CHECK(ran.status == 0);
  CHECK(wrong_for_schema(ran.out) == "");
  const Json document = Json::parse(ran.out);
  CHECK(ids_of(document["new"]) == Words{"model.big_features.brand_new", "source.big_features.crm.Campaigns"});
  CHECK(ids_of(document["removed"]) == Words{"model.big_features.removed_model"});
  CHECK(ids_of(document["modified"]) == Words{"model.big_features.fct_orders", "model.big_features.finance_report",
                                              "model.big_features.stg_campaigns", "model.big_features.stg_customers",
                                              "model.big_features.stg_orders", "model.big_features.stg_payments",
                                              "seed.big_features.country_codes", "source.big_features.raw.orders"});
  CHECK(document["modified"][0]["breaking"] == Json{"the column customer_id changed its type from bigint to int"});
  CHECK(ids_of(document["moved"]) == Words{"model.big_features.stg_campaigns", "source.big_features.raw.orders"});
  CHECK(document["macros"][0]["nodes"] == Json{"model.big_features.stg_payments"});
}

TEST_CASE("diff: a selection holds for both projects") {
  const auto ids = [](const Words& selection, const char* kind) {
    Words arguments = selection;
    arguments.insert(arguments.end(), {"--format", "json", "-q"});
    const Ran ran = run_plowline(big_features(arguments));
    REQUIRE_MESSAGE(ran.status == 0, ran.err);
    return ids_of(Json::parse(ran.out)[kind]);
  };
  CHECK(ids({"removed_model"}, "removed") == Words{"model.big_features.removed_model"});
  CHECK(ids({"removed_model"}, "modified").empty());
  CHECK(ids({"stg_orders"}, "modified") == Words{"model.big_features.stg_orders"});
  CHECK(ids({"stg_orders"}, "removed").empty());
  CHECK(ids({"--exclude", "resource_type:model"}, "modified") ==
        Words{"seed.big_features.country_codes", "source.big_features.raw.orders"});
  CHECK(ids({"state:modified.macros"}, "modified") == Words{"model.big_features.stg_payments"});
  CHECK(ids({"state:modified.macros"}, "removed").empty());
}

TEST_CASE("diff: -v shows what is cut otherwise") {
  const TemporaryFolder folder;
  Json before = Json::parse(read_text(shop_dir() / "target" / "manifest.json"));
  Json now = before;
  std::string code;
  for (int i = 0; i < 100; ++i) code += "select " + std::to_string(i) + "\n";
  now["nodes"]["model.snowplow_shop.my_new_model"]["raw_code"] = code;
  folder.write("before/manifest.json", before.dump());
  const std::string file = folder.write("manifest.json", now.dump()).string();
  const std::string state = (folder.path() / "before").string();
  const std::string cut = run_plowline({"diff", "--manifest", file, "--state", state}).out;
  CHECK(cut.find("more lines\n") != std::string::npos);
  CHECK(cut.find("+select 99\n") == std::string::npos);
  const std::string all = run_plowline({"-v", "diff", "--manifest", file, "--state", state}).out;
  CHECK(all.find("more lines\n") == std::string::npos);
  CHECK(all.find("+select 99\n") != std::string::npos);
}

// Both manifests are read at the same time; what is said of them comes in a fixed order.
TEST_CASE("diff: the project's errors and warnings come first") {
  const TemporaryFolder folder;
  Json old = Json::parse(read_text(shop_dir() / "target" / "manifest.json"));
  old["metadata"]["dbt_schema_version"] = "https://schemas.getdbt.com/dbt/manifest/v77.json";
  Json newer = old;
  newer["metadata"]["dbt_schema_version"] = "https://schemas.getdbt.com/dbt/manifest/v78.json";
  folder.write("before/manifest.json", old.dump());
  const std::string file = folder.write("manifest.json", newer.dump()).string();
  const std::string state = (folder.path() / "before").string();
  for (int round = 0; round < 5; ++round) {
    const std::string err = run_plowline({"diff", "--manifest", file, "--state", state}).err;
    REQUIRE(err.find("78") != std::string::npos);
    REQUIRE(err.find("77") != std::string::npos);
    CHECK(err.find("78") < err.find("77"));
  }
  folder.write("manifest.json", "{");
  folder.write("before/manifest.json", "{");
  for (int round = 0; round < 5; ++round) {
    const Ran ran = run_plowline({"diff", "--manifest", file, "--state", state});
    CHECK(ran.status == 3);
    CHECK(ran.err.find(file) != std::string::npos);
    CHECK(ran.err.find("before/manifest.json") == std::string::npos);
  }
}
