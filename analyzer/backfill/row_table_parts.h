// How read_table_rows (row_table.h) reads each of the shapes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/console_text.h"
#include "backfill/row_table.h"
#include "diagnostic/error.h"

namespace plowline {

// A line as a log prints it, without time stamp, level and thread where it has them.
std::string_view without_log_prefix(std::string_view line);

// A text of clean lines, each followed by one line feed.
struct TableText {
  FileBytes bytes;
  std::vector<std::size_t> starts;  // of the lines
  std::vector<std::uint64_t> numbers;

  std::string_view text() const { return bytes.text(); }
  std::string_view line(std::size_t i) const;
  // The line that the byte belongs to.
  std::uint64_t number_at(std::size_t offset) const;
};
// Lines as ConsoleText cleans them: what stands in a log.
TableText log_text_of(const FileBytes& file);
// Lines as they are: what stands in a file of rows, where a time at a line's start is a cell.
TableText plain_text_of(const FileBytes& file);

Position position_of_line(std::uint64_t line);

// What a reader found. Without `found` the text has no such table; `columns` and `message` then say what there is.
struct TableSearch {
  bool found = false;
  std::vector<TableRow> rows;
  std::vector<std::string> columns;  // of a table that lacks wanted ones
  std::string message;               // of a failed dbt, from its log events
  std::optional<Error> damaged;      // JSON that is none, where nothing else is found
};

Result<TableSearch> search_json(const TableText& text, const WantedTable& wanted);
// CSV and drawn tables whose header is one of the first `lines` lines that are not empty.
Result<TableSearch> search_lines(const TableText& text, const WantedTable& wanted,
                                 std::size_t lines = std::numeric_limits<std::size_t>::max());

// The place of each wanted column among `names`; nothing where one is missing.
std::optional<std::vector<std::size_t>> places_of(const std::vector<std::string>& names, const WantedTable& wanted);
std::string lower_case(std::string_view text);

}  // namespace plowline
