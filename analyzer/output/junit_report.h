// Findings as JUnit's XML, for Jenkins, GitLab and whatever else shows test reports.
#pragma once

#include <string>

#include "lint/finding.h"
#include "output/report_options.h"

namespace plowline {

// A suite per project, a case per finding: its class is the rule, its name the node and column. An error is a failure.
// A warning is a case that passed with the message as its output, as the report must say what the exit status says. A
// rule that could not be run is a skipped case. Where nothing was found there is one case that passed: some readers
// take a report without cases for a mistake.
//
// Valid against the schema of Jenkins' xUnit plugin (junit-10.xsd). No CDATA; characters that XML cannot hold are shown
// escaped.
std::string junit_report(const LintReport& report, const ReportOptions& options);

}  // namespace plowline
