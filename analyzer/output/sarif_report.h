// Findings as SARIF 2.1.0 (OASIS): for GitHub's and others' code scanning, and for editors.
#pragma once

#include <string>

#include "lint/finding.h"
#include "output/report_options.h"

namespace plowline {

// One run. Its rules are those that found something, in the order of their names: a file with every rule's page would
// be mostly pages. Rules that could not be run are notifications of the invocation.
//
// Every result has a physical location, as GitHub refuses a file with one that has none; a region only where the line
// is known. Files are relative to the repository's root (`%SRCROOT%`). Columns are code points. Fingerprints are ours,
// `plowline/v1`: GitHub's upload action adds its own.
std::string sarif_report(const LintReport& report, const ReportOptions& options);

}  // namespace plowline
