// plowline report as a user runs it, on the sample project.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/program.h"
#include "reports.h"
#include "support/json_schema.h"

namespace plowline::testing {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

Ran report(Words arguments) {
  arguments.insert(arguments.begin(), "report");
  return run_plowline(std::move(arguments), {.directory = shop_dir(), .input = ""});
}

}  // namespace

TEST_CASE("report command: the document is what its schema says, and agrees with the other commands") {
  const Ran ran = report({"+my_new_model", "--state", "production", "--format", "json"});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  CHECK(schema_complaints("report.schema.json", ran.out) == "");
  const Json document = Json::parse(ran.out);
  const Surroundings shop{.directory = shop_dir(), .input = ""};
  std::string listed;
  for (const Json& node : document["nodes"]) {
    CHECK(!node["reasons"].empty());
    if (node["resource_type"] == "model") listed += node["name"].get<std::string>() + "\n";
  }
  CHECK(listed == run_plowline({"ls", "+my_new_model", "--resource-type", "model", "--output", "name"}, shop).out);
  CHECK(document["command"]["lines"]["posix"].get<std::string>() + "\n" ==
        run_plowline({"command", "+my_new_model"}, shop).out);
  const auto mine = std::ranges::find(document["nodes"], "my_new_model", [](const Json& node) { return node["name"]; });
  REQUIRE(mine != document["nodes"].end());
  CHECK((*mine)["state"]["is"] == "new");
  CHECK((*mine)["counted_by"] == Json({"snowplow_unified"}));
  CHECK(document["first_windows"].size() == 1);
  const Json linted = Json::parse(
      run_plowline({"lint", "--select", "+my_new_model", "--state", "production", "--format", "json"}, shop).out);
  for (const Json& finding : linted["findings"]) {
    const auto same = [&](const Json& other) { return other["fingerprint"] == finding["fingerprint"]; };
    CHECK((finding["unique_id"].is_null() || std::ranges::any_of(document["findings"], same)));
  }
}

TEST_CASE("report command: every format, twice the same, to a file as to standard output") {
  const TemporaryFolder folder;
  for (const char* format : {"json", "markdown", "mermaid", "dot", "csv", "html"}) {
    CAPTURE(format);
    const Ran ran = report({"+my_new_model", "--state", "production", "--format", format});
    REQUIRE_MESSAGE(ran.status == 0, ran.err);
    CHECK(!ran.out.empty());
    const std::string file = (folder.path() / format).string();
    CHECK(report({"+my_new_model", "--state", "production", "--format", format, "-o", file}).out == "");
    CHECK(read_text(file) == ran.out);
  }
  CHECK(report({"+my_new_model"}).out.starts_with("### plowline report: "));
}

TEST_CASE("report command: wrong usage") {
  CHECK(report({}).status == 2);
  CHECK(report({"+my_new_model", "--format", "pdf"}).status == 2);
  CHECK(report({"no_such_model"}).status == 2);
  CHECK(report({"+my_new_model", "--state", "nowhere"}).status == 2);
  const TemporaryFolder folder;
  CHECK(report({"+my_new_model", "-o", (folder.path() / "missing" / "report.md").string()}).status == 3);
}

TEST_CASE("report command: without the linter, without a state") {
  const Ran ran = report({"my_new_model", "--format", "json", "--no-lint"});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  CHECK(schema_complaints("report.schema.json", ran.out) == "");
  const Json document = Json::parse(ran.out);
  CHECK(document["findings"].is_null());
  CHECK(document["state"].is_null());
}

TEST_CASE("report command: a selection of which nothing runs has a report without a command") {
  const Ran ran = report({"source:*", "--format", "json"});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  CHECK(schema_complaints("report.schema.json", ran.out) == "");
  const Json document = Json::parse(ran.out);
  CHECK(document["command"].is_null());
  CHECK(document["counts"]["run"] == 0);
  CHECK(document["models_to_run"]["statement"] == "the selection holds nothing that 'dbt run' works on");
  REQUIRE(!document["nodes"].empty());
  for (const Json& node : document["nodes"]) CHECK(node["resource_type"] != "model");
  const std::string markdown = report({"source:*"}).out;
  CHECK(has_part(markdown, "There is no command: the selection holds nothing that 'dbt run' works on."));
  CHECK(!has_part(markdown, "the command works on"));
  for (const char* format : {"mermaid", "dot", "csv", "html"}) {
    CHECK(report({"source:*", "--format", format}).status == 0);
  }
  // With a command that works on them there is one.
  const Ran fresh = report({"resource_type:test", "--dbt-command", "test", "--format", "json"});
  REQUIRE_MESSAGE(fresh.status == 0, fresh.err);
  CHECK(Json::parse(fresh.out)["command"]["argv"][1] == "test");
}

TEST_CASE("report command: a report without its page says so on standard error too") {
  const Ran ran = report({"my_new_model", "--no-lint", "--format", "html"});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  CHECK(has_part(ran.out, "id=\"page-missing\"") == has_part(ran.err, "no lineage graph"));
  CHECK(has_part(ran.out, "id=\"page-missing\"") != has_part(ran.out, "id=\"lineage\""));
  CHECK(!has_part(report({"my_new_model", "--no-lint"}).err, "no lineage graph"));
}

TEST_CASE("report command: the commit of a git checkout") {
  const TemporaryFolder folder;
  folder.write("dbt_project.yml", "name: snowplow_shop\n");
  folder.write("target/manifest.json", read_text(shop_dir() / "target" / "manifest.json"));
  const Surroundings around{.directory = folder.path(), .input = ""};
  const Words words{"report", "my_new_model", "--format", "json", "--no-lint"};
  CHECK(Json::parse(run_plowline(words, around).out)["project"]["git_commit"].is_null());
  const Ran made = run_shell(
      "git init -q . && git add dbt_project.yml && git -c user.name=a -c user.email=a@example.com -c "
      "commit.gpgsign=false commit -q -m a && git rev-parse HEAD",
      around);
  REQUIRE_MESSAGE(made.status == 0, made.err);
  CHECK(Json::parse(run_plowline(words, around).out)["project"]["git_commit"].get<std::string>() + "\n" == made.out);
}

}  // namespace plowline::testing
