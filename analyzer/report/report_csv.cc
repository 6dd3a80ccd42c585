#include "report/report_csv.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

#include "output/finding_words.h"

namespace plowline {
namespace {

constexpr std::size_t kLongestCell = 32'000;
constexpr std::string_view kHeader =
    "unique_id,name,resource_type,package,materialized,relation,file,tags,owner,group,access,runs,reasons,"
    "snowplow_packages,first_run_from,first_run_to,state,changes,errors,warnings,tests,downstream_models,"
    "downstream_exposures,downstream_metrics\r\n";

// (The wide forms are U+FF1D, U+FF0B, U+FF0D and U+FF20: some spreadsheets take them for the narrow ones.)
bool acts_in_a_spreadsheet(std::string_view text) {
  constexpr std::array<std::string_view, 11> kBeginnings{
      "=", "+", "-", "@", "\t", "\r", "\n", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
  return std::ranges::any_of(kBeginnings, [&](std::string_view begin) { return text.starts_with(begin); });
}

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string changes_of(const ReportedNode& node) {
  std::vector<std::string> parts;
  for (const ReportedChange& change : node.changes) {
    parts.push_back(change.key.empty() ? change.aspect : fmt::format("{}: {}", change.aspect, change.key));
  }
  for (const std::string& macro : node.changed_macros) parts.push_back("macro: " + macro);
  return joined(parts);
}

// The windows of the packages that count the node, one end of each.
std::string windows_of(const SelectionReport& report, const ReportedNode& node, std::string ReportedWindow::* end) {
  std::vector<std::string> parts;
  for (const ReportedWindow& window : report.windows) {
    if (std::ranges::find(node.counted_by, window.package) != node.counted_by.end()) parts.push_back(window.*end);
  }
  return joined(parts);
}

std::string record_of(const SelectionReport& report, const ReportedNode& node) {
  const auto errors = std::ranges::count_if(
      node.findings, [&](std::size_t place) { return report.findings[place].severity == Severity::kError; });
  const std::size_t error_count = static_cast<std::size_t>(errors);
  const std::vector<std::string> cells{node.unique_id,
                                       node.name,
                                       node.resource_type,
                                       node.package_name,
                                       node.materialized,
                                       node.relation_name,
                                       node.original_file_path,
                                       joined(node.tags),
                                       node.owner,
                                       node.group,
                                       node.access,
                                       node.runs ? "true" : "false",
                                       joined(node.reasons),
                                       joined(node.counted_by),
                                       windows_of(report, node, &ReportedWindow::from),
                                       windows_of(report, node, &ReportedWindow::to),
                                       node.state,
                                       changes_of(node),
                                       report.linted ? std::to_string(error_count) : "",
                                       report.linted ? std::to_string(node.findings.size() - error_count) : "",
                                       std::to_string(node.tests.size()),
                                       std::to_string(node.downstream.models),
                                       std::to_string(node.downstream.exposures),
                                       std::to_string(node.downstream.metrics)};
  std::string record;
  for (const std::string& cell : cells) record += (record.empty() ? "" : ",") + csv_cell(cell);
  return record + "\r\n";
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string out = acts_in_a_spreadsheet(text) ? "\"'" : "\"";
  for (const char c : cut_text(printable(text), kLongestCell)) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string report_csv(const SelectionReport& report) {
  std::string text(kHeader);
  for (const ReportedNode& node : report.nodes) text += record_of(report, node);
  return text;
}

}  // namespace plowline
