// The JSON document of the linter, against its schema.
#include "output/json_report.h"

#include "reports.h"

namespace plowline {
namespace {

using namespace testing;

constexpr const char* kSchema = "schemas/lint.schema.json";

TEST_CASE("json: a finding with all that is known, null for what is not") {
  const Json document = Json::parse(render(small_report(), "json"));
  const Json& first = document["findings"][0];
  CHECK(first["rule"] == "orders-rule");
  CHECK(first["severity"] == "error");
  CHECK(first["unique_id"] == "model.shop.orders");
  CHECK(first["name"] == "orders");
  CHECK(first["resource_type"] == "model");
  CHECK(first["column"] == "view_id");
  CHECK(first["message"] == "Not tagged: it stays in state 2 for ever");
  CHECK(first["file"] == "models/orders.sql");
  CHECK(first["line"] == 2);
  CHECK(first["start_column"] == 15);
  CHECK(first["end_line"] == 2);
  CHECK(first["end_column"] == 31);
  CHECK(first["project"] == "shop");
  CHECK(first["fingerprint"] == fingerprint(1));
  CHECK(first["fixable"] == true);
  const Json& last = document["findings"][2];
  CHECK(last["severity"] == "warn");
  for (const char* key :
       {"unique_id", "name", "column", "file", "line", "start_column", "end_line", "end_column", "url"})
    CHECK_MESSAGE(last[key].is_null(), key);
  CHECK(last["resource_type"] == "project");
  CHECK(last["fixable"] == false);
  CHECK(document["summary"]["errors"] == 1);
  CHECK(document["summary"]["warnings"] == 2);
  CHECK(document["summary"]["rules"] == 57);
}

TEST_CASE("json: what was skipped, what is fixed, what was warned of") {
  LintReport report = empty_report();
  report.skipped = {{"a-rule", "shop", "needs a catalog.json"}};
  report.fixed_baseline = {{"old-rule", "model.shop.old"}, {"old-rule", ""}};
  ReportOptions options;
  options.warnings = {{.code = "stale-manifest", .message = "old", .next_step = "parse", .detail = {"a.sql"}}};
  const Json document = Json::parse(render(report, "json", options));
  CHECK(document["findings"] == Json::array());
  CHECK(document["skipped"] ==
        Json::parse(R"([{"rule": "a-rule", "project": "shop", "reason": "needs a catalog.json"}])"));
  CHECK(document["fixed_baseline"][0]["unique_id"] == "model.shop.old");
  CHECK(document["fixed_baseline"][1]["unique_id"].is_null());
  CHECK(document["warnings"][0]["code"] == "stale-manifest");
}

TEST_CASE("json: every document is what the schema says") {
  CHECK(schema_errors(render(empty_report(), "json"), kSchema) == "");
  CHECK(schema_errors(render(small_report(), "json"), kSchema) == "");
  CHECK(schema_errors(render(hostile_report(), "json", hostile_options()), kSchema) == "");
  CHECK(schema_errors(render(big_report(300), "json"), kSchema) == "");
}

TEST_CASE("json: the schema refuses a document that lacks a member or has another one") {
  LintReport report = small_report();
  report.skipped = {{"a-rule", "shop", "needs a catalog.json"}};
  report.fixed_baseline = {{"old-rule", "model.shop.old"}};
  ReportOptions options;
  options.warnings = {{.code = "a-code", .message = "m", .next_step = "", .detail = {}}};
  const Json document = Json::parse(render(report, "json", options));
  const auto lacks_none = [&](const Json::json_pointer& place) {
    for (const auto& [key, value] : document[place].items()) {
      Json lacking = document;
      lacking[place].erase(key);
      CHECK_MESSAGE(contains(schema_errors(lacking.dump(), kSchema), "required"), key);
    }
    Json more = document;
    more[place]["surprise"] = 1;
    CHECK(contains(schema_errors(more.dump(), kSchema), "surprise"));
  };
  lacks_none(Json::json_pointer("/findings/0"));
  lacks_none(Json::json_pointer("/summary"));
  lacks_none(Json::json_pointer("/skipped/0"));
  lacks_none(Json::json_pointer("/fixed_baseline/0"));
  lacks_none(Json::json_pointer(""));
}

TEST_CASE("json: names come through unchanged; what is no UTF-8 becomes U+FFFD") {
  const Json document = Json::parse(render(hostile_report(), "json", hostile_options()));
  const std::vector<std::string> words = hostile_words();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string got = document["findings"][i]["name"];
    const bool broken = contains(words[i], "\xff\xfe") || contains(words[i], "\xed\xa0");
    if (broken) {
      CHECK(contains(got, "\xef\xbf\xbd"));
    } else {
      CHECK(got == words[i]);
    }
  }
}

}  // namespace
}  // namespace plowline
