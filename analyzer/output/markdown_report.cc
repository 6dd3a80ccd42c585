#include "output/markdown_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <span>
#include <utility>
#include <vector>

#include "diagnostic/error.h"
#include "diagnostic/markdown.h"
#include "output/finding_words.h"

namespace plowline {
namespace {

constexpr std::size_t kLongestMessage = 1'000;  // bytes
constexpr std::size_t kLongestName = 300;
// Kept free for what follows a table: its end, and how many findings are left out.
constexpr std::size_t kReserve = 600;

std::string code(std::string_view text) {
  return fmt::format("<code>{}</code>", plain_markdown(cut_text(printable(text), kLongestName)));
}

std::string rule_cell(std::string_view rule) {
  const std::string url = absolute_rule_url(rule);
  return url.empty() ? code(rule) : fmt::format("[{}]({})", rule, url);
}

std::string row(const Finding& finding, const ReportOptions& options) {
  std::string what = plain_markdown(cut_text(printable(finding.message), kLongestMessage));
  if (finding.fixable()) what += " (<code>--fix</code> can do it)";
  std::string whose = finding.unique_id.empty() ? std::string() : "<br>" + code(finding.unique_id);
  if (!finding.column.empty()) whose += ", column " + code(finding.column);
  return fmt::format("| {}{} | {} | {} |\n", code(repository_place(finding, options)), whose, rule_cell(finding.rule),
                     what);
}

struct Table {
  std::string text;  // empty where there is no room for a row
  std::size_t left_out = 0;
};

// A table of the first findings: those that `room` has place for.
Table table_of(const std::vector<const Finding*>& findings, const ReportOptions& options, std::size_t room) {
  Table table{"| Where | Rule | What |\n|---|---|---|\n", findings.size()};
  for (const Finding* finding : findings) {
    const std::string line = row(*finding, options);
    if (table.text.size() + line.size() + kReserve > room) break;
    table.text += line;
    --table.left_out;
  }
  if (table.left_out == findings.size()) table.text.clear();
  return table;
}

std::vector<const Finding*> of_severity(const LintReport& report, bool errors) {
  std::vector<const Finding*> out;
  for (const Finding& finding : report.findings) {
    if ((finding.severity == Severity::kError) == errors) out.push_back(&finding);
  }
  return out;
}

}  // namespace

std::string markdown_text(const LintReport& report, const ReportOptions& options, const MarkdownLimits& limits) {
  std::string out = fmt::format("### plowline lint: {}\n\n{}.\n", finding_counts(report.summary), summary_line(report));
  for (const std::string& remark : remarks(report))
    out += fmt::format("\n{}.\n", plain_markdown(cut_text(remark, kLongestMessage)));
  if (!limits.note.empty()) out += "\n" + limits.note;

  const auto room = [&] { return limits.most_bytes - std::min(limits.most_bytes, out.size()); };
  const Table errors = table_of(of_severity(report, true), options, room());
  if (!errors.text.empty()) out += "\n" + errors.text;
  const std::vector<const Finding*> warned = of_severity(report, false);
  const Table warnings =
      table_of(warned, options, errors.left_out > 0 ? 0 : room());  // errors come before all warnings
  if (!warnings.text.empty()) {
    out += fmt::format("\n<details><summary>{}</summary>\n\n{}\n</details>\n", counted(warned.size(), "warning"),
                       warnings.text);
  }
  if (errors.left_out + warnings.left_out > 0) {
    LintSummary left_out;
    left_out.errors = errors.left_out;
    left_out.warnings = warnings.left_out;
    out += fmt::format("\n**Left out here, as there is no room for more: {}.** `plowline lint` shows all.\n",
                       finding_counts(left_out));
  }
  return out;
}

std::string markdown_report(const LintReport& report, const ReportOptions& options) {
  return markdown_text(report, options, {});
}

}  // namespace plowline
