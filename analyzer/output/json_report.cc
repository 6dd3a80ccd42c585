#include "output/json_report.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "diagnostic/json_output.h"
#include "output/finding_words.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(std::uint32_t number) {
  return number == 0 ? Json(nullptr) : Json(number);
}

Json finding_json(const Finding& finding) {
  const TextRange range = finding.range.known() ? finding.range : TextRange{};
  return {{"rule", finding.rule},
          {"severity", to_string(finding.severity)},
          {"unique_id", text_or_null(finding.unique_id)},
          {"name", text_or_null(finding.name)},
          {"resource_type", finding.resource_type},
          {"column", text_or_null(finding.column)},
          {"message", finding.message},
          {"file", text_or_null(finding.file)},
          {"line", or_null(range.line)},
          {"start_column", or_null(range.column)},
          {"end_line", or_null(range.end_line)},
          {"end_column", or_null(range.end_column)},
          {"project", finding.project},
          {"fingerprint", finding.fingerprint.text()},
          {"fixable", finding.fixable()},
          {"url", text_or_null(absolute_rule_url(finding.rule))}};
}

Json summary_json(const LintSummary& summary) {
  return {{"errors", summary.errors},
          {"warnings", summary.warnings},
          {"fixable", summary.fixable},
          {"suppressed", summary.suppressed},
          {"in_baseline", summary.in_baseline},
          {"fixed_baseline", summary.fixed_baseline},
          {"nodes", summary.nodes},
          {"rules", summary.rules},
          {"projects", summary.projects}};
}

}  // namespace

std::string json_report(const LintReport& report, const ReportOptions& options) {
  Json findings = Json::array();
  for (const Finding& finding : report.findings) findings.push_back(finding_json(finding));
  Json skipped = Json::array();
  for (const SkippedRule& rule : report.skipped)
    skipped.push_back({{"rule", rule.rule}, {"project", rule.project}, {"reason", rule.reason}});
  Json fixed = Json::array();
  for (const auto& [rule, unique_id] : report.fixed_baseline)
    fixed.push_back({{"rule", rule}, {"unique_id", text_or_null(unique_id)}});
  return document_text(Json{{"findings", std::move(findings)},
                            {"summary", summary_json(report.summary)},
                            {"skipped", std::move(skipped)},
                            {"fixed_baseline", std::move(fixed)},
                            {"warnings", warnings_json(options.warnings)}});
}

}  // namespace plowline
