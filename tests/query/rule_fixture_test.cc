// Tests of rules: what passes, what fails, and how that is told.
#include "query/rule_fixture.h"

#include <doctest/doctest.h>

#include "query/sql_rule.h"
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
  CHECK(error_of("tests:\n- {expect: []}").find("no-owner.test.yml:2:3: a test needs a project") == 0);
  CHECK(error_of("tests:\n- {nodes: {a: {}}, expect: []}").find("nodes: 'a' is no unique_id") != std::string::npos);
  CHECK(error_of("tests:\n- {nodes: {model.shop.a: {}}}").find("a test says what it expects") != std::string::npos);
  CHECK(error_of("tests:\n- {nodes: {model.shop.a: {}}, expects: []}").find("did you mean 'expect'?") !=
        std::string::npos);
  CHECK(error_of("tests:\n- {nodes: {model.shop.a: {}}, manifest: x, expect: []}").find("either nodes or a manifest") !=
        std::string::npos);
  CHECK(error_of("tests:\n- {nodes: {model.shop.a: [1]}, expect: []}").find("model.shop.a") != std::string::npos);
  CHECK(error_of("tests:\n- {manifest: gone.json, expect: []}").find("gone.json") != std::string::npos);
}
