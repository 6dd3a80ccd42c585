// GitLab's code quality report and reviewdog's diagnostic format.
#include <set>

#include "output/gitlab_report.h"
#include "output/rdjson_report.h"
#include "reports.h"

namespace plowline {
namespace {

using namespace testing;

constexpr const char* kGitlab = "tests/output/schemas/gitlab.schema.json";
constexpr const char* kRdjson = "tests/output/schemas/rdjson.schema.json";

TEST_CASE("gitlab: documents are what the schema says") {
  CHECK(render(empty_report(), "gitlab") == "[]\n");
  CHECK(schema_errors(render(small_report(), "gitlab"), kGitlab) == "");
  CHECK(schema_errors(render(hostile_report(), "gitlab", hostile_options()), kGitlab) == "");
  CHECK(schema_errors(render(big_report(300), "gitlab"), kGitlab) == "");
}

TEST_CASE("gitlab: an issue each, with a path and a line whatever is known") {
  ReportOptions options;
  options.folder = "dbt";
  const Json issues = Json::parse(render(small_report(), "gitlab", options));
  CHECK(issues[0]["check_name"] == "orders-rule");
  CHECK(issues[0]["description"] == "Not tagged: it stays in state 2 for ever");
  CHECK(issues[0]["severity"] == "critical");
  CHECK(issues[0]["fingerprint"] == fingerprint(1));
  CHECK(issues[0]["location"] == Json::parse(R"({"path": "dbt/models/orders.sql", "lines": {"begin": 2, "end": 2}})"));
  CHECK(issues[1]["severity"] == "minor");
  CHECK(issues[1]["location"]["lines"]["begin"] == 1);
  CHECK(issues[2]["location"] == Json::parse(R"({"path": "dbt/dbt_project.yml", "lines": {"begin": 1}})"));
}

TEST_CASE("gitlab: no fingerprint twice, as it would drop the second") {
  const Json issues =
      Json::parse(render(counted_report({orders_finding(), orders_finding(), orders_finding()}), "gitlab"));
  std::set<std::string> fingerprints;
  for (const Json& issue : issues) fingerprints.insert(issue["fingerprint"]);
  CHECK(fingerprints.size() == 3);
  CHECK(fingerprints.contains(fingerprint(1)));
}

TEST_CASE("rdjson: documents are what the schema says") {
  CHECK(schema_errors(render(empty_report(), "rdjson"), kRdjson) == "");
  CHECK(schema_errors(render(small_report(), "rdjson"), kRdjson) == "");
  CHECK(schema_errors(render(hostile_report(), "rdjson", hostile_options()), kRdjson) == "");
  CHECK(schema_errors(render(big_report(300), "rdjson"), kRdjson) == "");
}

TEST_CASE("rdjson: severity, code, and columns in bytes") {
  ReportOptions options;
  options.source = [](std::string_view, std::uint32_t) {
    return "-- \xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 x a = b, c from x where y";
  };
  const Json document = Json::parse(render(small_report(), "rdjson", options));
  CHECK(document["source"]["name"] == "plowline");
  const Json& first = document["diagnostics"][0];
  CHECK(first["severity"] == "ERROR");
  CHECK(first["code"]["value"] == "orders-rule");
  // Six characters of two bytes before it.
  CHECK(first["location"] == Json::parse(R"({"path": "models/orders.sql",
      "range": {"start": {"line": 2, "column": 21}, "end": {"line": 2, "column": 37}}})"));
  CHECK(!document["diagnostics"][1]["location"].contains("range"));
  CHECK(document["diagnostics"][2]["location"]["path"] == "dbt_project.yml");
}

TEST_CASE("rdjson: lines only, where the file is not at hand") {
  const Json document = Json::parse(render(small_report(), "rdjson"));
  CHECK(document["diagnostics"][0]["location"]["range"] ==
        Json::parse(R"({"start": {"line": 2}, "end": {"line": 2}})"));
}

}  // namespace
}  // namespace plowline
