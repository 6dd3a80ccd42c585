// Text as a cell of a CSV file that a spreadsheet may open.
#pragma once

#include <string>
#include <string_view>

namespace plowline {

// `text` as one quoted cell. Line ends and other control characters are shown escaped (printable()); what begins with
// = + - @ (also in their wide forms), a tab or a carriage return gets a single quote before it; more than 32,000 bytes
// are cut, as a cell holds no more.
std::string csv_cell(std::string_view text);

}  // namespace plowline
