#include "report/report_csv.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

#include "output/csv_cell.h"

namespace plowline {
namespace {

constexpr std::string_view kHeader =
    "unique_id,name,resource_type,package,materialized,relation,file,tags,owner,group,access,runs,reasons,"
    "snowplow_packages,first_run_from,first_run_to,state,changes,errors,warnings,tests,downstream_models,"
    "downstream_exposures,downstream_metrics\r\n";

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

std::string report_csv(const SelectionReport& report) {
  std::string text(kHeader);
  for (const ReportedNode& node : report.nodes) text += record_of(report, node);
  return text;
}

}  // namespace plowline
