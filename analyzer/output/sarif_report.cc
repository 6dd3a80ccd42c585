#include "output/sarif_report.h"

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "diagnostic/json_output.h"
#include "lint/rule.h"
#include "output/finding_words.h"
#include "output/rule_pages.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

// The text of a message (3.11.5, 3.11.6): braces are doubled, as single ones are placeholders; where brackets could be
// taken for a link, they are escaped.
std::string message_text(std::string_view text) {
  const std::string shown = printable(text);
  const bool like_a_link = shown.find("](") != std::string::npos;
  std::string out;
  for (const char c : shown) {
    if (c == '{' || c == '}') out += c;
    if (like_a_link && (c == '[' || c == ']' || c == '\\')) out += '\\';
    out += c;
  }
  return out;
}

// A path as a relative or a file: URI reference. Bytes that are no UTF-8 are escaped like others.
std::string uri_of(std::string_view path) {
  std::string out = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string_view level_of(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

Json rule_json(const std::string& name, const RuleSet& rules_known) {
  Json out = {{"id", name}};
  const Rule* rule = rules_known.find(name);
  if (rule == nullptr) return out;  // what the engine itself finds
  const RuleInfo& info = rule->info();
  const std::string page = rule_page_markdown(*rule);
  out["shortDescription"] = {{"text", info.summary}};
  out["fullDescription"] = {{"text", info.what}};
  out["help"] = {{"text", page}, {"markdown", page}};
  if (std::string url = absolute_rule_url(name); !url.empty()) out["helpUri"] = std::move(url);
  out["defaultConfiguration"] = {{"level", level_of(info.severity)}};
  out["properties"] = {{"tags", Json::array({info.subject})}, {"problem.severity", severity_word(info.severity)}};
  return out;
}

Json region_json(const TextRange& range) {
  Json region = {{"startLine", range.line}};
  if (range.column != 0) region["startColumn"] = range.column;
  if (range.end_line != 0) region["endLine"] = range.end_line;
  if (range.column != 0 && range.end_column != 0) region["endColumn"] = range.end_column;
  return region;
}

Json location_json(const Finding& finding, const ReportOptions& options) {
  const std::string path = repository_path(finding, options);
  Json artifact = {{"uri", uri_of(path)}};
  if (!path.starts_with('/')) artifact["uriBaseId"] = "%SRCROOT%";
  Json physical = {{"artifactLocation", std::move(artifact)}};
  if (!finding.file.empty() && finding.range.known()) physical["region"] = region_json(finding.range);
  Json location = {{"physicalLocation", std::move(physical)}};
  if (!finding.unique_id.empty()) {
    location["logicalLocations"] = Json::array(
        {{{"name", finding.name}, {"fullyQualifiedName", finding.unique_id}, {"kind", finding.resource_type}}});
  }
  return location;
}

Json result_json(const Finding& finding, std::size_t rule, const ReportOptions& options) {
  Json properties = {{"project", finding.project}, {"fixable", finding.fixable()}};
  if (!finding.column.empty()) properties["column"] = finding.column;
  return {{"ruleId", finding.rule},
          {"ruleIndex", rule},
          {"level", level_of(finding.severity)},
          {"message", {{"text", message_text(finding.message)}}},
          {"locations", Json::array({location_json(finding, options)})},
          {"partialFingerprints", {{"plowline/v1", finding.fingerprint.text()}}},
          {"properties", std::move(properties)}};
}

Json notification(std::string_view level, const std::string& text) {
  return {{"level", level}, {"message", {{"text", message_text(text)}}}};
}

Json invocation_json(const LintReport& report, const Warnings& warnings) {
  Json configuration = Json::array();
  for (const SkippedRule& skipped : report.skipped) {
    configuration.push_back(
        notification("note", fmt::format("{} was not run on {}: {}", skipped.rule, skipped.project, skipped.reason)));
  }
  Json execution = Json::array();
  for (const Warning& warning : warnings)
    execution.push_back(notification("warning", fmt::format("{} [{}]", warning.message, warning.code)));
  return {{"executionSuccessful", true},
          {"toolConfigurationNotifications", std::move(configuration)},
          {"toolExecutionNotifications", std::move(execution)}};
}

}  // namespace

std::string sarif_report(const LintReport& report, const ReportOptions& options) {
  std::map<std::string_view, std::size_t> places;
  for (const Finding& finding : report.findings) places.emplace(finding.rule, 0);
  Json rules = Json::array();
  for (auto& [name, place] : places) {
    place = rules.size();
    rules.push_back(rule_json(std::string(name), options.rules));
  }
  Json results = Json::array();
  for (const Finding& finding : report.findings)
    results.push_back(result_json(finding, places.at(finding.rule), options));

  Json driver = {{"name", "plowline"}};
  if (!options.version.empty()) driver["version"] = options.version;
  driver["rules"] = std::move(rules);
  const Json run = {{"tool", {{"driver", std::move(driver)}}},
                    {"columnKind", "unicodeCodePoints"},
                    {"invocations", Json::array({invocation_json(report, options.warnings)})},
                    {"results", std::move(results)}};
  return document_text({{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Json::array({run})}});
}

}  // namespace plowline
