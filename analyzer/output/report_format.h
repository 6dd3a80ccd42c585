// The formats that findings are printed in, by the names users give them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "diagnostic/error.h"
#include "lint/finding.h"
#include "output/report_options.h"
#include "output/text_sink.h"

namespace plowline {

enum class ReportFormat : std::uint8_t {
  kText,      // for people at a terminal, with excerpts
  kConcise,   // one line per finding
  kJson,      // schemas/lint.schema.json
  kSarif,     // SARIF 2.1.0
  kGithub,    // workflow commands, which GitHub Actions shows as annotations
  kGitlab,    // GitLab's code quality report
  kJunit,     // JUnit's XML, as Jenkins, GitLab and others read it
  kRdjson,    // reviewdog's diagnostic format
  kMarkdown,  // a comment on a pull request
};

// In the order of ReportFormat: `text`, `concise`, …
std::span<const std::string> report_format_names();
std::string_view to_string(ReportFormat format);
// What the format is for, a few words without a full stop: for help texts.
std::string_view report_format_description(ReportFormat format);

// Errors (status 2): no such format; tells the nearest and all of them.
Result<ReportFormat> report_format_from(std::string_view word);

// The report in that format.
std::string render_report(const LintReport& report, ReportFormat format, const ReportOptions& options);
// The same, handed over as it is made. Errors: the sink's.
Result<void> write_report(const LintReport& report, ReportFormat format, const ReportOptions& options,
                          const TextSink& sink);

}  // namespace plowline
