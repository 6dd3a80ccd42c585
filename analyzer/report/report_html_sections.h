// The static parts of the HTML report (report_html.h): what can be read without its script.
//
// Their elements, ids and classes are those that the page's script and style know (page/). Each function gives a whole
// element, or nothing where there is nothing to show. Text of the artifacts stands in an element of its own direction
// (bdi), so that a name of Hebrew letters does not turn what is beside it.
#pragma once

#include <string>
#include <string_view>

#include "diagnostic/error.h"
#include "report/report.h"

namespace plowline {

std::string header_html(const SelectionReport& report);    // project, selection, counts, identity
std::string commands_html(const SelectionReport& report);  // a line per shell; models_to_run
std::string windows_html(const SelectionReport& report);
std::string findings_html(const SelectionReport& report);  // errors first
std::string nodes_html(const SelectionReport& report);     // columns that no node fills are left out
std::string impact_html(const SelectionReport& report);
std::string warnings_html(const Warnings& warnings);

// The style of a report that has no script, and so no style of the page.
std::string_view static_style();

}  // namespace plowline
