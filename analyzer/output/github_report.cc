#include "output/github_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "diagnostic/error.h"
#include "output/finding_words.h"
#include "output/markdown_report.h"

namespace plowline {
namespace {

// What a command's message must not hold as it is, and, in a property, what ends one.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    const bool special = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    out += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return out;
}

std::string place_properties(const Finding& finding, const ReportOptions& options) {
  if (finding.file.empty()) return {};
  std::string out = fmt::format("file={},", escaped(printable(repository_path(finding, options)), true));
  const TextRange& range = finding.range;
  if (!range.known()) return out;
  const std::uint32_t end_line = std::max(range.line, range.end_line);
  out += fmt::format("line={},endLine={},", range.line, end_line);
  // GitHub refuses columns of an annotation of several lines.
  if (range.column != 0 && end_line == range.line) out += fmt::format("col={},", range.column);
  return out;
}

std::string command(const Finding& finding, const ReportOptions& options) {
  // The log shows the message only, so it tells the place too.
  const std::string message =
      fmt::format("{}: {} [{}]", repository_place(finding, options), printable(finding.message), finding.rule);
  return fmt::format("::{} {}title={}::{}\n", severity_word(finding.severity), place_properties(finding, options),
                     escaped(fmt::format("plowline ({})", finding.rule), true), escaped(message, false));
}

std::size_t without_annotation(std::size_t count) {
  return count > kMostAnnotations ? count - kMostAnnotations : 0;
}

}  // namespace

std::string github_report(const LintReport& report, const ReportOptions& options) {
  std::string errors;
  std::string warnings;
  for (const Finding& finding : report.findings)
    (finding.severity == Severity::kError ? errors : warnings) += command(finding, options);
  std::string out = errors + warnings + summary_line(report) + "\n";
  for (const std::string& remark : remarks(report)) out += remark + "\n";
  return without_runner_commands(std::move(out));
}

std::string github_step_summary(const LintReport& report, const ReportOptions& options) {
  std::string note;
  const std::size_t errors = without_annotation(report.summary.errors);
  const std::size_t warnings = without_annotation(report.summary.warnings);
  if (errors + warnings > 0) {
    LintSummary left_out;
    left_out.errors = errors;
    left_out.warnings = warnings;
    note = fmt::format(
        "GitHub shows {0} errors and {0} warnings of a step as annotations; {1} without one: see below, or the log.\n",
        kMostAnnotations, finding_counts(left_out) + (errors + warnings == 1 ? " is" : " are"));
  }
  return markdown_text(report, options, {.most_bytes = kMostStepSummaryBytes, .note = note});
}

}  // namespace plowline
