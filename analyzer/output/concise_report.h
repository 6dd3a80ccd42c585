// Findings for editors and grep: `file:line:column: severity rule: message`.
#pragma once

#include <string>

#include "lint/finding.h"
#include "output/report_options.h"

namespace plowline {

// One line per finding whatever is in its names, then the same end as that of the text format.
std::string concise_report(const LintReport& report, const ReportOptions& options);

}  // namespace plowline
