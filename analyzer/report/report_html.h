// The selection report as one HTML file: to open from disk, offline, and to hand on.
//
// It holds its style, its script and the JSON document of the report, and asks nobody for anything: a content security
// policy in it allows exactly that style and that script, by their hashes, and no connection. Whatever a manifest holds
// is text there. Everything but the graph stands in the file as plain HTML, which a browser without scripts, a search
// in files or a mail client shows too; the script (report_page.h) adds the graph, search, filters and copy buttons.
#pragma once

#include <string>

#include "diagnostic/error.h"
#include "report/report.h"
#include "report/report_page.h"

namespace plowline {

// Without a script in `page` the report says so at its top, with missing_page_text(). Errors: those of report_json.
// Cost: that of report_json and as much again.
Result<std::string> report_html(const SelectionReport& report, const Warnings& warnings, const ReportPage& page);

// What a report without a script lacks, why, and how to get it; for people.
std::string missing_page_text(const ReportPage& page);

// `json` as it can stand in a script element: the same document, with `<`, `>`, `&`, U+2028 and U+2029 escaped.
std::string json_in_html(const std::string& json);

// `sha256-` and the digest in Base64, as a content security policy wants it.
std::string policy_hash(std::string_view bytes);

}  // namespace plowline
