// Findings for editors and grep: `file:line:column: severity rule: message`.
#pragma once

#include "diagnostic/error.h"
#include "lint/finding.h"
#include "output/report_options.h"
#include "output/text_sink.h"

namespace plowline {

// One line per finding whatever is in its names, then the same end as that of the text format. Of many findings the
// sink gets some thousand lines at a time, while the next are made. Errors: the sink's.
Result<void> concise_report(const LintReport& report, const ReportOptions& options, const TextSink& sink);

}  // namespace plowline
