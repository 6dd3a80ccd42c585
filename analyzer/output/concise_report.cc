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
  // As many parts at a time as there are threads: their texts' memory is used again.
  constexpr std::size_t kPart = 8'000;
  constexpr std::size_t kBytesPerLine = 200;
  std::vector<std::string> parts(most_threads());
  std::string out;
  out.reserve(report.findings.size() * kBytesPerLine + end.size());
  for (std::span<const Finding> rest = report.findings; !rest.empty();) {
    in_parallel(std::min(parts.size(), (rest.size() + kPart - 1) / kPart), [&](std::size_t part) {
      parts[part].clear();
      const auto its = rest.subspan(part * kPart);
      for (const Finding& finding : its.first(std::min(kPart, its.size()))) add_line(finding, palette, parts[part]);
    });
    for (std::string& part : parts) {
      out += part;
      part.clear();
    }
    rest = rest.subspan(std::min(rest.size(), parts.size() * kPart));
  }
  return without_runner_commands(std::move(out += end));
}

}  // namespace plowline
