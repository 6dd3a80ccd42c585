#include "output/concise_report.h"

#include <fmt/format.h>
#include <iterator>

#include "diagnostic/error.h"
#include "output/finding_words.h"
#include "output/palette.h"
#include "output/text_report.h"

namespace plowline {

std::string concise_report(const LintReport& report, const ReportOptions& options) {
  const std::string end = summary_line(report) + "\n";  // what was not run is told by the other formats
  if (options.statistics) return lint_statistics(report) + end;
  const Palette palette(options.color);
  std::string out;
  for (const Finding& finding : report.findings) {
    fmt::format_to(std::back_inserter(out), "{}: {} {}: {}\n", palette.bold(place_text(finding)),
                   palette.severe(finding.severity, severity_word(finding.severity)), palette.rule(finding.rule),
                   printable(finding.message));
  }
  return without_runner_commands(out + end);
}

}  // namespace plowline
