// Findings in reviewdog's diagnostic format (rdjson), which reviewdog brings to any code host.
#pragma once

#include <string>

#include "lint/finding.h"
#include "output/report_options.h"

namespace plowline {

// reviewdog counts columns in bytes: they are given where `source` has the lines they stand in, else lines only. A
// finding that belongs to no file has its project_file as location.
std::string rdjson_report(const LintReport& report, const ReportOptions& options);

}  // namespace plowline
