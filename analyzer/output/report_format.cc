#include "output/report_format.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "diagnostic/suggest.h"
#include "output/concise_report.h"
#include "output/github_report.h"
#include "output/gitlab_report.h"
#include "output/json_report.h"
#include "output/junit_report.h"
#include "output/markdown_report.h"
#include "output/rdjson_report.h"
#include "output/sarif_report.h"
#include "output/text_report.h"

namespace plowline {
namespace {

std::string whole_concise_report(const LintReport& report, const ReportOptions& options) {
  std::string text;
  const TextSink append = [&](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  };
  [[maybe_unused]] const auto written = concise_report(report, options, append);  // (a string takes everything)
  return text;
}

struct Format {
  std::string_view description;
  std::string (*render)(const LintReport&, const ReportOptions&);
};

const std::array<std::string, 9> kNames{"text",   "concise", "json",   "sarif",   "github",
                                        "gitlab", "junit",   "rdjson", "markdown"};
constexpr std::array<Format, 9> kFormats{
    {{"with excerpts, for a terminal", text_report},
     {"one line per finding", whole_concise_report},
     {"for scripts", json_report},
     {"SARIF 2.1.0, for code scanning and editors", sarif_report},
     {"workflow commands, which GitHub Actions shows as annotations", github_report},
     {"GitLab's code quality report", gitlab_report},
     {"JUnit's XML, for Jenkins and others", junit_report},
     {"reviewdog's diagnostic format", rdjson_report},
     {"a comment on a pull request", markdown_report}}};

}  // namespace

std::span<const std::string> report_format_names() {
  return kNames;
}

std::string_view to_string(ReportFormat format) {
  return kNames[static_cast<std::size_t>(format)];
}

std::string_view report_format_description(ReportFormat format) {
  return kFormats[static_cast<std::size_t>(format)].description;
}

Result<ReportFormat> report_format_from(std::string_view word) {
  const auto found = std::ranges::find(kNames, word);
  if (found != kNames.end()) return static_cast<ReportFormat>(found - kNames.begin());
  const auto near = nearest(word, kNames);
  return usage_error(fmt::format("'{}' is no format", printable(word)),
                     fmt::format("{}the formats are {}", near ? fmt::format("did you mean '{}'? ", *near) : "",
                                 fmt::join(kNames, ", ")));
}

std::string render_report(const LintReport& report, ReportFormat format, const ReportOptions& options) {
  return kFormats[static_cast<std::size_t>(format)].render(report, options);
}

Result<void> write_report(const LintReport& report, ReportFormat format, const ReportOptions& options,
                          const TextSink& sink) {
  if (format == ReportFormat::kConcise) return concise_report(report, options, sink);
  return sink(render_report(report, format, options));
}

}  // namespace plowline
