// SARIF 2.1.0: against a schema written from the standard, and what code hosts make of it.
#include "output/sarif_report.h"

#include "lint/rule.h"
#include "output/finding_words.h"
#include "reports.h"

namespace plowline {
namespace {

using namespace testing;

constexpr const char* kSchema = "tests/output/schemas/sarif.schema.json";

Json run_of(const LintReport& report, const ReportOptions& options = {}) {
  return Json::parse(render(report, "sarif", options))["runs"][0];
}

TEST_CASE("sarif: documents are what the schema says") {
  CHECK(schema_errors(render(empty_report(), "sarif"), kSchema) == "");
  CHECK(schema_errors(render(small_report(), "sarif"), kSchema) == "");
  CHECK(schema_errors(render(hostile_report(), "sarif", hostile_options()), kSchema) == "");
  CHECK(schema_errors(render(big_report(300), "sarif"), kSchema) == "");
}

TEST_CASE("sarif: the tool and the rules that found something") {
  REQUIRE(!all_rules().empty());
  const RuleInfo& info = all_rules().front()->info();
  Finding finding = orders_finding();
  finding.rule = info.name;
  Finding unknown = project_finding();
  unknown.rule = "zz-not-registered";
  ReportOptions options;
  options.version = "1.2.3";
  const Json driver = run_of(counted_report({unknown, finding, finding}), options)["tool"]["driver"];
  CHECK(driver["name"] == "plowline");
  CHECK(driver["version"] == "1.2.3");
  REQUIRE(driver["rules"].size() == 2);
  const Json& rule = driver["rules"][0];
  CHECK(rule["id"] == info.name);
  CHECK(rule["shortDescription"]["text"] == info.summary);
  CHECK(rule["fullDescription"]["text"] == info.what);
  CHECK(contains(rule["help"]["markdown"].get<std::string>(), info.why));
  CHECK(rule["help"]["text"] == rule["help"]["markdown"]);
  CHECK(rule["defaultConfiguration"]["level"] == severity_word(info.severity));
  CHECK(rule["properties"]["tags"] == Json::array({info.subject}));
  CHECK(rule.contains("helpUri") == !absolute_rule_url(info.name).empty());
  CHECK(driver["rules"][1] == Json{{"id", "zz-not-registered"}});
}

TEST_CASE("sarif: every rule's documentation fits the schema") {
  std::vector<Finding> findings;
  for (const Rule* rule : all_rules()) {
    findings.push_back(orders_finding());
    findings.back().rule = rule->info().name;
  }
  CHECK(schema_errors(render(counted_report(findings), "sarif"), kSchema) == "");
}

TEST_CASE("sarif: results point at rule, file, region and node") {
  const Json run = run_of(small_report());
  CHECK(run["columnKind"] == "unicodeCodePoints");
  const Json& first = run["results"][0];
  CHECK(first["ruleId"] == "orders-rule");
  CHECK(first["ruleIndex"] == 0);
  CHECK(first["level"] == "error");
  CHECK(first["message"]["text"] == "Not tagged: it stays in state 2 for ever");
  CHECK(first["partialFingerprints"]["plowline/v1"] == fingerprint(1));
  const Json& place = first["locations"][0]["physicalLocation"];
  CHECK(place["artifactLocation"] == Json{{"uri", "models/orders.sql"}, {"uriBaseId", "%SRCROOT%"}});
  CHECK(place["region"] == Json{{"startLine", 2}, {"startColumn", 15}, {"endLine", 2}, {"endColumn", 31}});
  CHECK(first["locations"][0]["logicalLocations"][0] ==
        Json{{"name", "orders"}, {"fullyQualifiedName", "model.shop.orders"}, {"kind", "model"}});
  CHECK(run["results"][1]["ruleIndex"] == 1);
  CHECK(!run["results"][1]["locations"][0]["physicalLocation"].contains("region"));
  // One that belongs to no file: code scanning refuses a result without a location.
  const Json& project = run["results"][2]["locations"][0];
  CHECK(project["physicalLocation"]["artifactLocation"]["uri"] == "dbt_project.yml");
  CHECK(!project.contains("logicalLocations"));
}

TEST_CASE("sarif: URIs are escaped, and relative to the repository's root") {
  Finding finding = orders_finding();
  const auto uri = [&](std::string file, std::string folder) {
    finding.file = std::move(file);
    ReportOptions options;
    options.folder = std::move(folder);
    return run_of(counted_report({finding}),
                  options)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
  };
  CHECK(uri("models/a b.sql", "")["uri"] == "models/a%20b.sql");
  CHECK(uri("a:b#c?d%e.sql", "")["uri"] == "a%3Ab%23c%3Fd%25e.sql");
  CHECK(uri("\xc3\xa9\xff.sql", "")["uri"] == "%C3%A9%FF.sql");
  CHECK(uri("./models/a.sql", "dbt/shop")["uri"] == "dbt/shop/models/a.sql");
  CHECK(uri("../web/a.sql", "dbt/shop/")["uri"] == "dbt/web/a.sql");
  CHECK(uri("/srv/a.sql", "dbt") == Json{{"uri", "file:///srv/a.sql"}});
}

TEST_CASE("sarif: messages hold no placeholder and no link of a name's making") {
  Finding finding = orders_finding();
  const auto text = [&](std::string message) {
    finding.message = std::move(message);
    return run_of(counted_report({finding}))["results"][0]["message"]["text"].get<std::string>();
  };
  CHECK(text("uses {{ this }} and {0}") == "uses {{{{ this }}}} and {{0}}");
  CHECK(text("see [here](https://example.com)") == R"(see \[here\](https://example.com))");
  CHECK(text("columns [a] and [b]") == "columns [a] and [b]");
  CHECK(text("a\x1b[0m\nb") == R"(a\x1b[0m\nb)");
}

TEST_CASE("sarif: rules that were not run, and warnings, are notifications") {
  LintReport report = empty_report();
  report.skipped = {{"a-rule", "shop", "needs a catalog.json"}};
  ReportOptions options;
  options.warnings = {{.code = "stale-manifest", .message = "The manifest is old", .next_step = "", .detail = {}}};
  const Json invocation = run_of(report, options)["invocations"][0];
  CHECK(invocation["executionSuccessful"] == true);
  CHECK(invocation["toolConfigurationNotifications"][0]["message"]["text"] ==
        "a-rule was not run on shop: needs a catalog.json");
  CHECK(invocation["toolExecutionNotifications"][0]["level"] == "warning");
  CHECK(invocation["toolExecutionNotifications"][0]["message"]["text"] == "The manifest is old [stale-manifest]");
}

}  // namespace
}  // namespace plowline
