#include "output/gitlab_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "diagnostic/json_output.h"
#include "lint/fingerprint.h"
#include "output/finding_words.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

Json lines_json(const Finding& finding) {
  if (finding.file.empty() || !finding.range.known()) return {{"begin", 1}};
  return {{"begin", finding.range.line}, {"end", std::max(finding.range.line, finding.range.end_line)}};
}

}  // namespace

std::string gitlab_report(const LintReport& report, const ReportOptions& options) {
  Json issues = Json::array();
  std::map<Fingerprint, std::size_t> times;
  for (const Finding& finding : report.findings) {
    const std::string first = finding.fingerprint.text();
    const std::size_t before = times[finding.fingerprint]++;
    issues.push_back({{"description", printable(finding.message)},
                      {"check_name", finding.rule},
                      {"fingerprint", before == 0 ? first : repeated_fingerprint(first, before).text()},
                      {"severity", finding.severity == Severity::kError ? "critical" : "minor"},
                      {"location", {{"path", repository_path(finding, options)}, {"lines", lines_json(finding)}}}});
  }
  return document_text(issues);
}

}  // namespace plowline
