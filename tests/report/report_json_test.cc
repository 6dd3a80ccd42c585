#include "report/report_json.h"

#include <nlohmann/json.hpp>

#include "reports.h"
#include "support/json_schema.h"

namespace plowline::testing {
namespace {

using Json = nlohmann::json;

std::string json_of(const SelectionReport& report, const Warnings& warnings = {}) {
  const auto text = report_json(report, warnings);
  REQUIRE(text.has_value());
  return *text;
}

}  // namespace

TEST_CASE("json: the document is what its schema says, and the schema minds every change") {
  const std::string text = json_of(small_selection(), {{"a-code", "message", "next", {"line"}}});
  CHECK(schema_complaints("report.schema.json", text) == "");
  CHECK(schema_gaps("report.schema.json", text) == "");
  CHECK(text.ends_with("}\n"));
}

TEST_CASE("json: hostile names stay names") {
  SelectionReport report = hostile_selection();
  const std::string text = json_of(report);
  CHECK(schema_complaints("report.schema.json", text) == "");
  const Json document = Json::parse(text);
  REQUIRE(document["nodes"].size() == hostile_words().size());
  CHECK(document["nodes"][2]["name"] == hostile_words()[2]);
  CHECK(document["nodes"][2]["description"] == hostile_words()[2]);
}

TEST_CASE("json: what is not known is null") {
  SelectionReport report = small_selection();
  report.state.reset();
  report.linted = false;
  report.git_commit.clear();
  for (ReportedNode& node : report.nodes) {
    node.state.clear();
    node.findings.clear();
  }
  const std::string text = json_of(report);
  CHECK(schema_complaints("report.schema.json", text) == "");
  const Json document = Json::parse(text);
  CHECK(document["state"].is_null());
  CHECK(document["findings"].is_null());
  CHECK(document["counts"]["modified"].is_null());
  CHECK(document["project"]["git_commit"].is_null());
  CHECK(document["nodes"][1]["state"].is_null());
}

TEST_CASE("json: members") {
  const Json document = Json::parse(json_of(small_selection()));
  CHECK(document["command"]["argv"] == Json({"dbt", "run", "--select", "+orders"}));
  CHECK(document["command"]["lines"]["cmd"] == "dbt run --select +orders");
  CHECK(document["counts"]["by_resource_type"][1] == Json({{"resource_type", "model"}, {"nodes", 2}}));
  CHECK(document["counts"]["errors"] == 1);
  CHECK(document["nodes"][1]["state"]["changes"][1] == Json({{"aspect", "contract"}, {"key", nullptr}}));
  CHECK(document["findings"][document["nodes"][2]["findings"][0].get<std::size_t>()]["line"] == 3);
  CHECK(document["edges"][1] == Json({{"parent", 1}, {"child", 2}}));
  CHECK(document["first_windows"][0]["to"] == "2020-01-31 00:00:00");
  CHECK(document["impact"]["models"][0]["name"] == "finance");
}

}  // namespace plowline::testing
