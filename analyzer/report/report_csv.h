// The selected nodes as a table for spreadsheets.
#pragma once

#include <string>
#include <string_view>

#include "report/report.h"

namespace plowline {

// RFC 4180: a header, a record per node, every cell in quotes, CR LF. Lists are written with `; ` between their parts.
// A cell that a spreadsheet would take for a formula has a single quote before it (see csv_cell).
std::string report_csv(const SelectionReport& report);

// `text` as one quoted cell. Line ends and other control characters are shown escaped (printable()); what begins with
// = + - @ (also in their wide forms), a tab or a carriage return gets a single quote before it; more than 32,000 bytes
// are cut, as a cell holds no more.
std::string csv_cell(std::string_view text);

}  // namespace plowline
