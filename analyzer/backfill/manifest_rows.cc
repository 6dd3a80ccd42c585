#include "backfill/manifest_rows.h"

#include <array>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <utility>

#include "artifact/console_text.h"
#include "artifact/instant.h"
#include "backfill/row_table.h"

namespace plowline {
namespace {

std::unexpected<Error> bad_cell(const FileBytes& file, const TableRow& row, std::string reason, std::string next_step) {
  Position position;
  position.line = row.line;
  position.column = 1;
  return input_error(file.name(), position, std::move(reason), std::move(next_step));
}

// What clients write instead of an ISO text: ` +0000`, ` +00:00`, ` Z`. The instant is the same.
std::optional<Instant> timestamp_from(std::string_view cell) {
  std::string text(trim(cell));
  const std::size_t sign = text.find_last_of("+-");
  const bool has_offset = sign != std::string::npos && sign > 10;
  if (has_offset && text.size() - sign == 5 && text.find(':', sign) == std::string::npos) text.insert(sign + 3, 1, ':');
  if (has_offset && text[sign - 1] == ' ') text.erase(sign - 1, 1);
  if (text.ends_with(" Z")) text.erase(text.size() - 2, 1);
  return instant_from(text);
}

// Tables that are drawn into a narrow column end such a cell with three dots.
bool is_cut(std::string_view cell) {
  return cell.ends_with("...") || cell.ends_with("\xE2\x80\xA6");
}

Result<Instant> timestamp_cell(const FileBytes& file, const TableRow& row, std::size_t place, std::string_view column) {
  const std::string& cell = row.cells[place];
  if (is_cut(cell))
    return bad_cell(file, row, fmt::format("{} is cut off: `{}`", column, printable(cell)),
                    "print the rows as JSON (`dbt show --output json`) or CSV");
  if (const auto instant = timestamp_from(cell)) return *instant;
  const bool null = cell.empty() || cell == "NULL" || cell == "null" || cell == "None";
  return bad_cell(file, row,
                  null ? fmt::format("{} is empty", column)
                       : fmt::format("{} is no timestamp: `{}`", column, printable(cell.substr(0, 100))),
                  "it must look like 2026-07-03 22:28:54.482, in UTC");
}

}  // namespace

Result<std::vector<ManifestRow>> read_manifest_rows(const FileBytes& file) {
  constexpr std::array<std::string_view, 2> kColumns{"model", "last_success"};
  Result<std::vector<TableRow>> table = read_table_rows(file, {"manifest rows", kColumns});
  if (!table) return std::unexpected(std::move(table.error()));
  std::vector<ManifestRow> rows;
  rows.reserve(table->size());
  for (TableRow& row : *table) {
    if (row.cells[0].empty()) return bad_cell(file, row, "model is empty", "write the rows anew");
    if (is_cut(row.cells[0]))
      return bad_cell(file, row, fmt::format("the model's name is cut off: `{}`", printable(row.cells[0])),
                      "print the rows as JSON (`dbt show --output json`) or CSV");
    const Result<Instant> last_success = timestamp_cell(file, row, 1, "last_success");
    if (!last_success) return std::unexpected(last_success.error());
    rows.push_back({std::move(row.cells[0]), *last_success});
  }
  return rows;
}

Result<LimitsRow> read_limits_row(const FileBytes& file) {
  constexpr std::array<std::string_view, 2> kColumns{"lower_limit", "upper_limit"};
  const Result<std::vector<TableRow>> table = read_table_rows(file, {"limits", kColumns});
  if (!table) return std::unexpected(table.error());
  if (table->empty())
    return input_error(file.name(), {}, "the limits table has no row", "the packages write one in every run");
  if (table->size() > 1)
    return bad_cell(file, (*table)[1], fmt::format("a limits table has one row, this has {}", table->size()),
                    "give the table of one package, <package>_base_new_event_limits");
  const TableRow& row = table->front();
  const Result<Instant> lower = timestamp_cell(file, row, 0, "lower_limit");
  if (!lower) return std::unexpected(lower.error());
  const Result<Instant> upper = timestamp_cell(file, row, 1, "upper_limit");
  if (!upper) return std::unexpected(upper.error());
  return LimitsRow{*lower, *upper};
}

}  // namespace plowline
