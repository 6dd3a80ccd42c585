// The selected nodes as a table for spreadsheets.
#pragma once

#include <string>

#include "report/report.h"

namespace plowline {

// RFC 4180: a header, a record per node, every cell in quotes, CR LF. Lists are written with `; ` between their parts.
// A cell that a spreadsheet would take for a formula has a single quote before it (see output/csv_cell.h).
std::string report_csv(const SelectionReport& report);

}  // namespace plowline
