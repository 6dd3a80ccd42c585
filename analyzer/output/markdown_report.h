// Findings for a comment on a pull request, or for a job's summary, in GitHub's Markdown (which GitLab reads too).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lint/finding.h"
#include "output/report_options.h"

namespace plowline {

// GitHub refuses a comment of more than 65,536 characters; bytes are never fewer.
inline constexpr std::size_t kMostCommentBytes = 65'536;
// And a step's summary of more than 1 MiB.
inline constexpr std::size_t kMostStepSummaryBytes = 1'048'576;

// The counts, a table of the errors, and one of the warnings, folded. What does not fit into a comment is counted.
// Whatever is in names: no cell ends early, no HTML, no link, and nobody is mentioned.
std::string markdown_report(const LintReport& report, const ReportOptions& options);

struct MarkdownLimits {
  std::size_t most_bytes = kMostCommentBytes;
  std::string note;  // Markdown below the counts; may be empty
};
// The same within other limits.
std::string markdown_text(const LintReport& report, const ReportOptions& options, const MarkdownLimits& limits);

}  // namespace plowline
