// A small table that somebody got out of a warehouse, whatever printed it: CSV, JSON, or a drawn table.
//
// Only the columns that are asked for are kept. Which shape a text has shows in the text: a JSON value at the start of
// a line wins, else the first line that names all wanted columns is the header. dbt's log lines around the table, with
// their time stamps and colours, are passed over.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/console_text.h"
#include "artifact/file.h"
#include "diagnostic/error.h"

namespace plowline {

struct TableRow {
  std::vector<std::string> cells;  // one per wanted column, in their order; empty for NULL
  std::uint64_t line = 0;          // where it stands, from 1
};

// What is looked for: `columns` in lower case (the file's own case does not matter), `what` for messages
// (`manifest rows`).
struct WantedTable {
  std::string_view what;
  std::span<const std::string_view> columns;
};

// All rows in the file's order. Errors (exit status 3): no table with these columns (says which columns there are, or
// what the warehouse said instead), a row with too many or too few cells, two results in one file, JSON that is cut
// off.
Result<std::vector<TableRow>> read_table_rows(const FileBytes& file, const WantedTable& wanted);

}  // namespace plowline
