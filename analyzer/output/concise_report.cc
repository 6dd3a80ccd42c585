#include "output/concise_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <span>
#include <vector>

#include "diagnostic/error.h"
#include "lint/parallel.h"
#include "output/finding_words.h"
#include "output/palette.h"
#include "output/text_report.h"

namespace plowline {

namespace {

void add_line(const Finding& finding, const Palette& palette, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{}: {} {}: {}\n", palette.bold(place_text(finding)),
                 palette.severe(finding.severity, severity_word(finding.severity)), palette.rule(finding.rule),
                 printable(finding.message));
}

}  // namespace

std::string concise_report(const LintReport& report, const ReportOptions& options) {
  const std::string end = summary_line(report) + "\n";  // what was not run is told by the other formats
  if (options.statistics) return lint_statistics(report) + end;
  const Palette palette(options.color);
  constexpr std::size_t kPart = 2'000;
  std::vector<std::string> parts((report.findings.size() + kPart - 1) / kPart);
  in_parallel(parts.size(), [&](std::size_t part) {
    const auto rest = std::span(report.findings).subspan(part * kPart);
    for (const Finding& finding : rest.first(std::min(kPart, rest.size()))) add_line(finding, palette, parts[part]);
  });
  std::string out;
  std::size_t bytes = end.size();
  for (const std::string& part : parts) bytes += part.size();
  out.reserve(bytes);
  for (const std::string& part : parts) out += part;
  return without_runner_commands(std::move(out += end));
}

}  // namespace plowline
