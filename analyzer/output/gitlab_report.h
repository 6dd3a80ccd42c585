// Findings as GitLab's code quality report, which merge requests show.
#pragma once

#include <string>

#include "lint/finding.h"
#include "output/report_options.h"

namespace plowline {

// A list of issues. GitLab demands a path and a line of each: `project_file` and 1 stand for what is not known. It
// drops issues whose fingerprint it has seen in the file, so none occurs twice. Errors are `critical`, warnings
// `minor`.
std::string gitlab_report(const LintReport& report, const ReportOptions& options);

}  // namespace plowline
