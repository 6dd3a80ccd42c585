// plowline rules and plowline init as a user runs them.
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "artifact/placed_value.h"
#include "lint/config.h"
#include "program.h"

using namespace plowline::testing;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

// What is wrong with the document for a schema of the project; empty where nothing is.
std::string wrong_for(const std::string& schema_name, const std::string& document) {
  constexpr const char* kJudge =
      "import json, sys\n"
      "from jsonschema import Draft202012Validator as Validator\n"
      "schema = json.load(open(sys.argv[1]))\n"
      "Validator.check_schema(schema)\n"
      "for error in Validator(schema).iter_errors(json.load(sys.stdin)):\n"
      "    print(list(error.absolute_path), error.message)\n";
  const std::string schema = (source_dir() / "schemas" / schema_name).string();
  const Ran ran = run_clean({"python3", "-c", kJudge, schema}, {.input = document});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  return ran.out;
}

Ran rules(Words arguments) {
  arguments.insert(arguments.begin(), "rules");
  return run_plowline(std::move(arguments));
}

Ran init(const fs::path& folder, Words arguments = {}) {
  arguments.insert(arguments.begin(), "init");
  return run_plowline(std::move(arguments), {.directory = folder});
}

// YAML as the schema's judge takes it.
Json json_of(const plowline::PlacedValue& value) {
  using Kind = plowline::PlacedValue::Kind;
  Json out;
  switch (value.kind) {
    case Kind::kNull:
      break;
    case Kind::kBool:
      out = value.text == "true";
      break;
    case Kind::kNumber:
      out = Json::parse(value.text);
      break;
    case Kind::kText:
    case Kind::kOther:
      out = value.text;
      break;
    case Kind::kList:
      out = Json::array();
      for (const auto& item : value.items) out.push_back(json_of(item));
      break;
    case Kind::kMap:
      out = Json::object();
      for (const auto& [key, member] : value.members) out[key.text] = json_of(member);
      break;
  }
  return out;
}

// The file is read without an error and is what the schema says.
void check_config(const fs::path& file) {
  const std::string text = read_text(file);
  CAPTURE(text);
  const auto config = plowline::read_lint_config(file);
  CHECK_MESSAGE(config, (config ? "" : to_text(config.error())));
  const auto value = plowline::placed_value_from_yaml(text, file.string());
  REQUIRE(value);
  CHECK(wrong_for("plowline.schema.json", json_of(*value).dump()) == "");
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("rules: the table, one page, and the preset and subject that choose") {
  const Ran table = rules({});
  CHECK(table.status == 0);
  CHECK(has(table.out, "suppressions\n  unused-suppression "));
  const Ran page = rules({"unused-suppression"});
  CHECK(page.status == 0);
  CHECK(page.out.starts_with("unused-suppression: a suppression that silences nothing\n\nWhat it does\n"));
  CHECK(has(rules({"--subject", "suppressions"}).out, "unused-suppression"));
  CHECK(rules({"--subject", "suppressions", "--preset", "snowplow"}).out == "");
  CHECK(has(rules({"--preset", "strict"}).out, "unused-suppression"));
  const Json snowplow = Json::parse(rules({"--preset", "snowplow", "--format", "json"}).out);
  for (const Json& rule : snowplow["rules"]) {
    CAPTURE(rule["name"].get<std::string>());
    CHECK(std::ranges::find(rule["presets"], Json("snowplow")) != rule["presets"].end());
  }
}

TEST_CASE("rules: what cannot be asked") {
  const Ran typo = rules({"unused-supression"});
  CHECK(typo.status == 2);
  CHECK(typo.out == "");
  CHECK(typo.err ==
        "error: there is no rule 'unused-supression': did you mean 'unused-suppression'?\n  'plowline rules' lists "
        "them\n");
  CHECK(rules({"suppressions"}).err ==
        "error: 'suppressions' is a subject, no rule\n  'plowline rules --subject suppressions' lists its rules\n");
  const Ran subject = rules({"--subject", "supressions"});
  CHECK(subject.status == 2);
  CHECK(has(subject.err, "there is no subject 'supressions': did you mean 'suppressions'?"));
  CHECK(rules({"--preset", "best"}).status == 2);
  CHECK(rules({"--preset", "all", "unused-suppression"}).status == 2);
  CHECK(rules({"--schema", "unused-suppression"}).status == 2);
  CHECK(rules({"\x1b[31m"}).err.find('\x1b') == std::string::npos);
}

TEST_CASE("rules: JSON is what its schema says") {
  const Ran all = rules({"--format", "json"});
  CHECK(all.status == 0);
  CHECK(wrong_for("rules.schema.json", all.out) == "");
  const Ran one = rules({"unused-suppression", "--format", "json"});
  CHECK(wrong_for("rules.schema.json", one.out) == "");
  const Json document = Json::parse(one.out);
  REQUIRE(document["rules"].size() == 1);
  CHECK(document["rules"][0]["name"] == "unused-suppression");
  CHECK(document["rules"][0]["url"].get<std::string>().ends_with("rules/suppressions/README.md#unused-suppression"));
  // The same rule as in the list.
  const Json list = Json::parse(all.out);
  CHECK(std::ranges::find(list["rules"], document["rules"][0]) != list["rules"].end());
  for (const char* member : {"name", "presets", "severity", "options", "url"}) {
    Json broken = document;
    broken["rules"][0].erase(member);
    CHECK(wrong_for("rules.schema.json", broken.dump()) != "");
  }
}

TEST_CASE("rules: Markdown of one rule is its part of the page of its subject, to which the table of all leads") {
  const std::string page = rules({"unused-suppression", "--format", "markdown"}).out;
  CHECK(page.starts_with("## unused-suppression\n"));
  CHECK(has(rules({"--format", "markdown", "--subject", "suppressions"}).out, page));
  CHECK(has(read_text(source_dir() / "rules" / "suppressions" / "README.md"), page));
  CHECK(has(read_text(source_dir() / "rules" / "README.md"),
            "\n| [unused-suppression](suppressions/README.md#unused-suppression) | "));
}

TEST_CASE("init: writes a file that is read back, and never over another one") {
  const TemporaryFolder folder;
  fs::copy(shop_dir(), folder.path() / "shop", fs::copy_options::recursive);
  const fs::path shop = folder.path() / "shop";
  const Ran first = init(shop);
  CHECK(first.status == 0);
  CHECK(first.out == "");
  CHECK(first.err == "info: wrote plowline.yml; next: plowline lint\n");
  const std::string text = read_text(shop / "plowline.yml");
  check_config(shop / "plowline.yml");
  CHECK(has(text, "# plowline lint for the dbt project snowplow_shop.\n"));
  CHECK(has(text, "\npresets: [recommended, snowplow]\n"));
  CHECK(has(text, "\nstate: production\n"));
  CHECK(has(text, "models/custom, models/reporting, models/staging"));

  folder.write("shop/plowline.yml", "presets: []\n");
  const Ran again = init(shop / "models");
  CHECK(again.status == 2);
  CHECK(again.err ==
        "error: ../plowline.yml: is there already\n  --force replaces it; --stdout prints what would be written\n");
  CHECK(read_text(shop / "plowline.yml") == "presets: []\n");
  const Ran printed = init(shop, {"--stdout"});
  CHECK(printed.status == 0);
  CHECK(printed.out == text);
  CHECK(read_text(shop / "plowline.yml") == "presets: []\n");
  CHECK(init(shop, {"--force"}).status == 0);
  CHECK(read_text(shop / "plowline.yml") == text);

  // The configuration that counts keeps its name.
  fs::rename(shop / "plowline.yml", shop / ".plowline.yml");
  CHECK(init(shop).status == 2);
  folder.write("shop/.plowline.yml", "");
  CHECK(init(shop, {"--force"}).status == 0);
  CHECK(read_text(shop / ".plowline.yml") == text);
  CHECK(!fs::exists(shop / "plowline.yml"));
}

TEST_CASE("init: a link that leads nowhere is not followed") {
  const TemporaryFolder folder;
  folder.write("dbt_project.yml", "name: x\n");
  fs::create_symlink("elsewhere.yml", folder.path() / "plowline.yml");
  CHECK(init(folder.path()).status == 2);
  CHECK(!fs::exists(folder.path() / "elsewhere.yml"));
}

TEST_CASE("init: several projects, and none") {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / ".git");
  const Ran none = init(folder.path());
  CHECK(none.status == 3);
  CHECK(has(none.err, "there is no dbt_project.yml in "));
  CHECK(!fs::exists(folder.path() / "plowline.yml"));

  for (const auto& sample : {shop_dir(), samples_dir() / "jaffle_without_snowplow"}) {
    fs::create_directories(folder.path() / "teams");
    fs::copy(sample, folder.path() / "teams" / sample.filename(), fs::copy_options::recursive);
  }
  CHECK(init(folder.path()).status == 0);
  check_config(folder.path() / "plowline.yml");
  const auto config = plowline::read_lint_config(folder.path() / "plowline.yml");
  REQUIRE(config);
  REQUIRE(config->projects.size() == 2);
  CHECK(config->projects[0].path == folder.path() / "teams/jaffle_without_snowplow");
  CHECK(config->projects[0].state.empty());
  CHECK(config->projects[1].path == folder.path() / "teams/snowplow_shop");
  CHECK(config->projects[1].state == folder.path() / "teams/snowplow_shop/production");

  // A project's own file counts there.
  const Ran below = init(folder.path() / "teams" / "snowplow_shop");
  CHECK(below.status == 0);
  CHECK(has(below.err, "../../plowline.yml is there too: here, the new file counts in its place"));
}
