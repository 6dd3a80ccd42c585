// Findings for scripts: the document that schemas/lint.schema.json describes.
#pragma once

#include <string>

#include "lint/finding.h"
#include "output/report_options.h"

namespace plowline {

// What is not known or does not apply is null, so that every member is always there and `select(.line)` of jq works.
std::string json_report(const LintReport& report, const ReportOptions& options);

}  // namespace plowline
