// The selection report for scripts: the document that schemas/report.schema.json describes.
#pragma once

#include <string>

#include "diagnostic/error.h"
#include "report/report.h"

namespace plowline {

// Every member is always there; what is not known is null. Ends with a line feed. Errors: vars that no YAML holds.
Result<std::string> report_json(const SelectionReport& report, const Warnings& warnings);
// The same document on one line, for programs only.
Result<std::string> report_json_line(const SelectionReport& report, const Warnings& warnings);

}  // namespace plowline
