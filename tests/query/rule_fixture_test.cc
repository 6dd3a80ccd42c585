// Tests of rules: what passes, what fails, and how that is told.
#include "query/rule_fixture.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "query/rule_test_report.h"
#include "query/sql_rule.h"
#include "support/json_schema.h"
#include "support/support.h"

using namespace plowline;
using namespace plowline::testing;
using Lines = std::vector<std::string>;

namespace {

const std::string kRule =
    "-- name: no-owner\n"
    "-- message: '{name} has no owner'\n"
    "select unique_id, name, 1 as line from nodes\n"
    "where resource_type = 'model' and unique_id not in (select unique_id from metas where key = 'owner')\n";

Result<std::vector<RuleTestOutcome>> run_tests(const TemporaryFolder& folder, const std::string& tests,
                                               const std::string& sql = kRule) {
  const auto rule = read_sql_rule(folder.write("no-owner.sql", sql));
  REQUIRE(rule);
  const auto file = folder.write("no-owner.test.yml", tests);
  CHECK(tests_of_rule(folder.path() / "no-owner.sql") == file);
  return run_rule_tests(file, **rule);
}

// The complaints of the one test.
Lines complaints(const std::string& tests, const std::string& sql = kRule) {
  const TemporaryFolder folder;
  const auto outcomes = run_tests(folder, tests, sql);
  REQUIRE_MESSAGE(outcomes, (outcomes ? std::string() : to_text(outcomes.error())));
  REQUIRE(outcomes->size() == 1);
  return outcomes->front().complaints;
}

std::string error_of(const std::string& tests) {
  const TemporaryFolder folder;
  const auto outcomes = run_tests(folder, tests);
  REQUIRE(!outcomes);
  Error error = outcomes.error();
  error.file = std::filesystem::path(error.file).filename();
  return to_text(error);
}

const std::string kNodes = "nodes: {model.shop.a: {raw_code: select 1}, model.shop.b: {meta: {owner: me}}}";

}  // namespace

TEST_CASE("a test passes where the findings are those that are expected") {
  const std::string begin = "tests:\n- " + kNodes + "\n  expect: ";
  CHECK(complaints(begin + "[model.shop.a]") == Lines{});
  CHECK(complaints(begin + "[{unique_id: model.shop.a, message: a has no owner, line: 1}]") == Lines{});
  CHECK(complaints(begin + "[{message: a has no owner}]") == Lines{});
  CHECK(complaints("tests:\n- {nodes: {model.shop.b: {config: {meta: {owner: me}}}}, expect: []}") == Lines{});
}

TEST_CASE("and fails where one is missing, too much, or another") {
  const std::string begin = "tests:\n- " + kNodes + "\n  expect: ";
  CHECK(complaints(begin + "[]") == Lines{"found, but not expected: model.shop.a, line 1: a has no owner"});
  CHECK(complaints(begin + "[model.shop.a, model.shop.b]") == Lines{"not found: model.shop.b"});
  CHECK(complaints(begin + "[model.shop.a, model.shop.a]") == Lines{"not found: model.shop.a"});
  CHECK(complaints(begin + "[{unique_id: model.shop.a, message: another}]") ==
        Lines{"not found: model.shop.a: another", "found, but not expected: model.shop.a, line 1: a has no owner"});
  CHECK(complaints(begin + "[{unique_id: model.shop.a, line: 2}]").size() == 2);
}

TEST_CASE("expectations that say little do not take what others mean") {
  CHECK(complaints("tests:\n- nodes: {model.shop.a: {}, model.shop.b: {}}\n"
                   "  expect: [{message: b has no owner}, {unique_id: model.shop.a}]") == Lines{});
  CHECK(complaints("tests:\n- nodes: {model.shop.a: {}, model.shop.b: {}}\n"
                   "  expect: [{}, {unique_id: model.shop.a, message: a has no owner}]") == Lines{});
}

TEST_CASE("a slip in the project, and a rule that cannot be run, fail the test") {
  const Lines dangling =
      complaints("tests:\n- {nodes: {model.shop.a: {meta: {owner: me}, depends_on: [model.shop.typo]}}, expect: []}");
  REQUIRE(dangling.size() == 1);
  CHECK(dangling[0].find("model.shop.typo") != std::string::npos);
  const Lines broken = complaints("tests:\n- {nodes: {model.shop.a: {}}, expect: []}",
                                  "-- name: no-owner\n-- message: m\nselect unique_id from nods");
  REQUIRE(broken.size() == 1);
  CHECK(broken[0].find("no-owner.sql:3:23: no such table: nods") != std::string::npos);
  CHECK(complaints("tests:\n- {nodes: {model.shop.a: {}}, expect: []}",
                   "-- name: no-owner\n-- message: m\nselect unique_id from state.nodes") ==
        Lines{"the rule needs an earlier manifest: --state DIR"});
}

TEST_CASE("an earlier project, and artifacts in files") {
  const std::string sql =
      "-- name: no-owner\n-- message: new\nselect unique_id from nodes except select unique_id from "
      "state.nodes";
  const std::string with_message =
      "-- name: no-owner\n-- message: new\nselect unique_id from nodes where unique_id not in (select unique_id from "
      "state.nodes)";
  CHECK(complaints("tests:\n- nodes: {model.shop.a: {}, model.shop.b: {}}\n  before: {model.shop.a: {}}\n"
                   "  expect: [{unique_id: model.shop.b, message: new}]",
                   with_message) == Lines{});
  CHECK(complaints("tests:\n- nodes: {model.shop.a: {}}\n  before: {model.shop.a: {}}\n  expect: []", sql) == Lines{});
  const TemporaryFolder folder;
  const auto nodes = placed_value_from_yaml("{model.shop.a: {}}", "x");
  REQUIRE(nodes);
  folder.write("manifest.json", manifest_of_nodes(*nodes, ""));
  const auto outcomes = run_tests(folder, "tests:\n- {name: real, manifest: manifest.json, expect: [model.shop.a]}");
  REQUIRE(outcomes);
  CHECK(outcomes->front().name == "real");
  CHECK(outcomes->front().complaints.empty());
}

TEST_CASE("a file that is no file of tests is an error with its place") {
  CHECK(error_of("").find("no-owner.test.yml:1:1: there is no test in the file") == 0);
  CHECK(error_of("test: []").find("no-owner.test.yml:1:1: ") == 0);
  CHECK(error_of("tests: {}").find("no-owner.test.yml:1:8: tests has to be a list") == 0);
  CHECK(error_of("tests:\n- {").find("no-owner.test.yml:2:") == 0);
}

TEST_CASE("a test that is wrong fails alone, with its place") {
  const auto wrong = [](const std::string& test) {
    const TemporaryFolder folder;
    const auto outcomes = run_tests(folder, "tests:\n- " + test + "\n- {name: good, " + kNodes +
                                                ", expect: [model.shop.a]}\n- {name: bad, expect: []}\n");
    REQUIRE_MESSAGE(outcomes, (outcomes ? std::string() : to_text(outcomes.error())));
    REQUIRE(outcomes->size() == 3);
    CHECK((*outcomes)[0].line == 2);
    CHECK((*outcomes)[1].complaints == Lines{});
    CHECK((*outcomes)[2].name == "bad");
    CHECK((*outcomes)[2].complaints.size() == 1);
    REQUIRE((*outcomes)[0].complaints.size() == 1);
    std::string complaint = (*outcomes)[0].complaints.front();
    const std::string path = folder.path().string() + "/";
    for (std::size_t at = 0; (at = complaint.find(path)) != std::string::npos;) complaint.erase(at, path.size());
    return complaint;
  };
  CHECK(wrong("{expect: []}").find("no-owner.test.yml:2:3: a test needs a project") == 0);
  CHECK(wrong("7").find("no-owner.test.yml:2:3: ") == 0);
  CHECK(wrong("{nodes: {a: {}}, expect: []}").find("nodes: 'a' is no unique_id") != std::string::npos);
  CHECK(wrong("{nodes: {model.shop.a: {}}}").find("a test says what it expects") != std::string::npos);
  CHECK(wrong("{nodes: {model.shop.a: {}}, expects: []}").find("did you mean 'expect'?") != std::string::npos);
  CHECK(wrong("{nodes: {model.shop.a: {}}, manifest: x, expect: []}").find("either nodes or a manifest") !=
        std::string::npos);
  CHECK(wrong("{nodes: {model.shop.a: [1]}, expect: []}").find("model.shop.a") != std::string::npos);
  // What dbt has not written is not mended by running dbt.
  CHECK(wrong("{manifest: gone.json, expect: []}") == "gone.json: there is no such file");
  CHECK(wrong("{manifest: no-owner.sql, expect: []}").find('\n') == std::string::npos);
  const std::string node = wrong("{nodes: {model.shop.a: {tags: 7}}, expect: []}");
  CHECK(node.find("the test's nodes: at $.nodes[\"model.shop.a\"].tags: ") == 0);
  CHECK(node.find('\n') == std::string::npos);
}

TEST_CASE("what is told of rules: those that pass, fail, have no test, or cannot be run") {
  const TemporaryFolder folder;
  folder.write("a.sql", kRule);
  folder.write("a.test.yml",
               "tests:\n- {name: one, " + kNodes + ", expect: [model.shop.a]}\n- {" + kNodes + ", expect: []}\n");
  folder.write("b.sql", "-- name: without\n-- message: m\nselect unique_id from nodes");
  folder.write("c.sql", "-- name: empty\n-- message: m\nselect unique_id from nodes");
  folder.write("c.test.yml", "tests: []\n");
  folder.write("d.sql", "-- name: broken\n-- message: m\nselect unique_id from nods");
  folder.write("e.sql", "select 1");
  folder.write("e.test.yml", "tests: [{nodes: {model.shop.a: {}}, expect: []}]\n");
  folder.write("f.sql", "-- name: no-tests\n-- message: m\nselect unique_id from nodes");
  folder.write("f.test.yml", "tests: 7\n");
  std::vector<TestedRule> rules;
  for (const char* name : {"a.sql", "b.sql", "c.sql", "d.sql", "e.sql", "f.sql"})
    rules.push_back(test_rule(folder.path() / name));
  const RuleTestSummary summary = summary_of(rules);
  CHECK(summary.passed == 1);
  CHECK(summary.failed == 4);
  CHECK(summary.without_test == 2);
  std::string text = rule_tests_text(rules);
  const std::string path = folder.path().string() + "/";
  for (std::size_t at = 0; (at = text.find(path)) != std::string::npos;) text.erase(at, path.size());
  CHECK(text ==
        "a.sql: no-owner\n"
        "  ok      one\n"
        "  FAILED  line 3 (a.test.yml:3)\n"
        "          found, but not expected: model.shop.a, line 1: a has no owner\n"
        "b.sql: without\n"
        "  no test: write one in b.test.yml\n"
        "c.sql: empty\n"
        "  no test: write one in c.test.yml\n"
        "d.sql: broken\n"
        "  FAILED  the rule cannot be run\n"
        "          d.sql:3:23: no such table: nods: did you mean 'nodes'?\n"
        "            select unique_id from nods\n"
        "                                  ^^^^\n"
        "            'plowline query --tables' lists the tables and their columns\n"
        "e.sql\n"
        "  FAILED  the rule cannot be run\n"
        "          e.sql:1:1: the rule has no name\n"
        "            begin the file with a comment: -- name: mart-without-owner\n"
        "f.sql: no-tests\n"
        "  FAILED  its tests cannot be read\n"
        "          f.test.yml:1:8: tests has to be a list, and here stands a number\n"
        "1 passed, 4 failed; 2 rules without a test\n");
  const std::string json = rule_tests_json(rules);
  CHECK(schema_complaints("rules-test.schema.json", json) == "");
  CHECK(schema_gaps("rules-test.schema.json", json) == "");
  const auto document = nlohmann::json::parse(json);
  CHECK(document["summary"] == nlohmann::json{{"passed", 1}, {"failed", 4}, {"without_test", 2}});
  CHECK(document["rules"][0]["rule"] == "no-owner");
  CHECK(document["rules"][0]["tests"][0]["passed"] == true);
  CHECK(document["rules"][0]["tests"][1]["complaints"][0] ==
        "found, but not expected: model.shop.a, line 1: a has no owner");
  CHECK(document["rules"][0]["error"].is_null());
  CHECK(document["rules"][3]["error"]["line"] == 3);
  CHECK(document["rules"][4]["rule"].is_null());
  CHECK(document["rules"][4]["error"]["reason"] == "the rule has no name");
}
