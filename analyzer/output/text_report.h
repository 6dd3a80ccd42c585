// Findings for people at a terminal.
//
//   models/orders.sql:2:15: error [snowplow-untagged-this-run-reader] What is wrong, and what follows from that
//     |
//   2 | select * from {{ ref('snowplow_unified_views_this_run') }}
//     |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
//     = model.shop.orders, column view_id
//     = help: plowline rules snowplow-untagged-this-run-reader (--fix can do it)
//
//   1 error in 1 file; 1 can be fixed with --fix; 4 suppressed
#pragma once

#include <string>

#include "lint/finding.h"
#include "output/report_options.h"

namespace plowline {

// In the order of the report, so by file. Where `source` does not give the line, the excerpt is left out. At the end
// the summary, which rules were not run, and which entries of the baseline are fixed.
std::string text_report(const LintReport& report, const ReportOptions& options);

// How many findings each rule has, most first, then by name: `12  error  rule-name  [*]`; a star where some can be
// fixed. Empty without findings.
std::string lint_statistics(const LintReport& report);

// The lines at the end of text and concise reports.
std::string report_end(const LintReport& report, const ReportOptions& options);

}  // namespace plowline
