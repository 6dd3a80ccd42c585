#include "output/rdjson_report.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "command/code_points.h"
#include "diagnostic/json_output.h"
#include "output/finding_words.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

// The column in bytes, from 1, of a column in code points; at most that behind the line's end.
std::size_t byte_column(std::string_view line, std::uint32_t column) {
  std::string_view left = line;
  for (std::uint32_t i = 1; i < column && !left.empty(); ++i) left.remove_prefix(first_code_point(left).bytes.size());
  return line.size() - left.size() + 1;
}

Json range_json(const Finding& finding, const ReportOptions& options) {
  const TextRange& range = finding.range;
  Json start = {{"line", range.line}};
  Json end = {{"line", range.end_line}};
  if (options.source && range.column != 0 && (range.end_line == 0 || range.end_column != 0)) {
    const auto first = options.source(finding.file, range.line);
    const auto last = range.end_line == range.line ? first : options.source(finding.file, range.end_line);
    // Both or none: a range with one column would be read as another one.
    if (first && (last || range.end_line == 0)) {
      start["column"] = byte_column(*first, range.column);
      if (last) end["column"] = byte_column(*last, range.end_column);
    }
  }
  Json out = {{"start", std::move(start)}};
  if (range.end_line != 0) out["end"] = std::move(end);
  return out;
}

Json diagnostic_json(const Finding& finding, const ReportOptions& options) {
  Json location = {{"path", repository_path(finding, options)}};
  if (!finding.file.empty() && finding.range.known()) location["range"] = range_json(finding, options);
  Json code = {{"value", finding.rule}};
  if (std::string url = absolute_rule_url(finding.rule); !url.empty()) code["url"] = std::move(url);
  return {{"message", printable(finding.message)},
          {"location", std::move(location)},
          {"severity", finding.severity == Severity::kError ? "ERROR" : "WARNING"},
          {"code", std::move(code)}};
}

}  // namespace

std::string rdjson_report(const LintReport& report, const ReportOptions& options) {
  Json diagnostics = Json::array();
  for (const Finding& finding : report.findings) diagnostics.push_back(diagnostic_json(finding, options));
  return document_text({{"source", {{"name", "plowline"}}}, {"diagnostics", std::move(diagnostics)}});
}

}  // namespace plowline
