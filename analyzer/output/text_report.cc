#include "output/text_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "diagnostic/error.h"
#include "output/excerpt.h"
#include "output/finding_words.h"
#include "output/palette.h"

namespace plowline {
namespace {

std::string excerpt_text(const Finding& finding, const ReportOptions& options, const Palette& palette) {
  if (!options.source || !finding.range.known()) return {};
  const auto line = options.source(finding.file, finding.range.line);
  if (!line) return {};
  const TextRange& range = finding.range;
  const bool goes_on = range.end_line > range.line;
  const std::string number = std::to_string(range.line);
  const std::string margin(number.size(), ' ');
  const Excerpt excerpt = excerpt_of(*line, range.column, goes_on ? 0 : range.end_column, options.width);
  const std::string bar = palette.frame("|");
  std::string out = fmt::format("{} {}\n", margin, bar);
  out += excerpt.line.empty() ? fmt::format("{} {}\n", palette.frame(number), bar)
                              : fmt::format("{} {} {}\n", palette.frame(number), bar, excerpt.line);
  out += fmt::format("{} {} {}{}\n", margin, bar, palette.severe(finding.severity, excerpt.marks),
                     goes_on ? fmt::format(" to line {}", range.end_line) : "");
  return out;
}

std::string whose(const Finding& finding) {
  std::string out = finding.unique_id.empty() ? "project " + printable(finding.project) : printable(finding.unique_id);
  if (!finding.column.empty()) out += ", column " + printable(finding.column);
  return out;
}

std::string finding_text(const Finding& finding, const ReportOptions& options, const Palette& palette) {
  const std::string sign = palette.frame("=");
  return fmt::format("{}: {} [{}] {}\n{}  {} {}\n  {} help: {}{}\n", palette.bold(place_text(finding)),
                     palette.severe(finding.severity, severity_word(finding.severity)), palette.rule(finding.rule),
                     printable(finding.message), excerpt_text(finding, options, palette), sign, whose(finding), sign,
                     help_for(finding.rule), finding.fixable() ? " (--fix can do it)" : "");
}

}  // namespace

std::string lint_statistics(const LintReport& report) {
  struct Tally {
    std::size_t count = 0;
    bool fixable = false;
  };
  std::map<std::pair<std::string_view, Severity>, Tally> tallies;
  for (const Finding& finding : report.findings) {
    Tally& tally = tallies[{finding.rule, finding.severity}];
    ++tally.count;
    tally.fixable = tally.fixable || finding.fixable();
  }
  std::vector<std::pair<std::pair<std::string_view, Severity>, Tally>> rows(tallies.begin(), tallies.end());
  std::ranges::stable_sort(rows, std::greater<>(), [](const auto& row) { return row.second.count; });
  const std::size_t width = rows.empty() ? 0 : std::to_string(rows.front().second.count).size();
  std::string out;
  for (const auto& [of, tally] : rows) {
    out += fmt::format("{:>{}}  {:7}  {}{}\n", tally.count, width, severity_word(of.second), of.first,
                       tally.fixable ? "  [*]" : "");
  }
  if (std::ranges::any_of(rows, [](const auto& row) { return row.second.fixable; }))
    out += "[*] --fix can do some of them\n";
  return out;
}

std::string report_end(const LintReport& report, const ReportOptions& options) {
  const Palette palette(options.color);
  const LintSummary& summary = report.summary;
  std::string line = summary_line(report);
  if (summary.errors > 0) {
    line = palette.severe(Severity::kError, line);
  } else if (summary.warnings > 0) {
    line = palette.severe(Severity::kWarn, line);
  } else if (summary.rules > 0) {
    line = palette.good(line);
  }
  std::string out = line + "\n";
  for (const std::string& remark : remarks(report)) out += remark + "\n";
  return out;
}

std::string text_report(const LintReport& report, const ReportOptions& options) {
  std::string out;
  if (options.statistics) {
    out = lint_statistics(report);
    if (!out.empty()) out += "\n";
  } else {
    const Palette palette(options.color);
    for (const Finding& finding : report.findings) out += finding_text(finding, options, palette) + "\n";
  }
  return without_runner_commands(out + report_end(report, options));
}

}  // namespace plowline
