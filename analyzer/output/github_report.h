// Findings for GitHub Actions: workflow commands on standard output become annotations of the pull request's files.
#pragma once

#include <cstddef>
#include <string>

#include "lint/finding.h"
#include "output/report_options.h"

namespace plowline {

// How many annotations of one kind (error, warning) GitHub shows of one step.
inline constexpr std::size_t kMostAnnotations = 10;

// A command per finding, errors first, as GitHub drops what is over its limit (the log has all of them); then the
// summary. No name can begin a command of its own: every line begins with one of ours.
std::string github_report(const LintReport& report, const ReportOptions& options);

// Markdown for the file that GITHUB_STEP_SUMMARY names: what markdown_report() has, up to GitHub's limit for it, and
// how many findings have no annotation.
std::string github_step_summary(const LintReport& report, const ReportOptions& options);

}  // namespace plowline
