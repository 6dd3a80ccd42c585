#include "backfill/row_table.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

#include "artifact/dbt_log.h"
#include "backfill/row_table_parts.h"

namespace plowline {
namespace {

constexpr std::size_t kShownMessage = 200;
constexpr std::size_t kShownColumns = 12;

// How warehouses and dbt say that there is no such table, or that the query did not work.
constexpr std::array<std::string_view, 8> kMissing{
    "does not exist",   "doesn't exist",           "TABLE_OR_VIEW_NOT_FOUND", "Table or view not found",
    "Not found: Table", "depends on a node named", "was not found",           "not authorized"};
constexpr std::array<std::string_view, 5> kFailed{"ERROR:", "Database Error", "Runtime Error", "Compilation Error",
                                                  "Encountered an error"};

template <typename List>
bool holds_one_of(std::string_view text, const List& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

std::string shown_line(std::string_view line) {
  line = trim(line);
  const bool cut = line.size() > kShownMessage;
  return printable(line.substr(0, kShownMessage)) + (cut ? "…" : "");
}

std::unexpected<Error> no_table(const FileBytes& file, const TableText& text, const TableSearch& json,
                                const TableSearch& lines, const WantedTable& wanted) {
  const std::string columns = fmt::format("{}", fmt::join(wanted.columns, " and "));
  if (!json.message.empty())
    return input_error(file.name(), {},
                       fmt::format("there are no {} in it; dbt says: {}", wanted.what, shown_line(json.message)));
  for (const bool missing : {true, false}) {
    for (std::size_t i = 0; i < text.starts.size(); ++i) {
      const std::string_view line = text.line(i);
      if (!(missing ? holds_one_of(line, kMissing) : holds_one_of(line, kFailed))) continue;
      return input_error(
          file.name(), position_of_line(text.numbers[i]),
          missing ? fmt::format("the table does not exist, or cannot be read: {}", shown_line(line))
                  : fmt::format("there are no {} in it, but an error: {}", wanted.what, shown_line(line)),
          missing
              ? "the packages' first run creates it; check the schema of the query, and whether it reads the target "
                "that was meant"
              : "");
    }
  }
  if (json.damaged) return std::unexpected(*json.damaged);
  std::vector<std::string> there = json.columns.empty() ? lines.columns : json.columns;
  if (there.empty())
    return input_error(file.name(), {},
                       fmt::format("no {}: no table with the columns {} was found", wanted.what, columns),
                       "give CSV with a header, JSON, or what `dbt show --output json` prints");
  if (there.size() > kShownColumns) there.resize(kShownColumns);
  for (std::string& name : there) name = shown_line(name);
  return input_error(file.name(), {}, fmt::format("no columns {}: there are {}", columns, fmt::join(there, ", ")),
                     fmt::format("select {} from the table", fmt::join(wanted.columns, ", ")));
}

}  // namespace

std::string_view without_log_prefix(std::string_view line) {
  const Stamped stamped = after_time_stamp(line);
  return stamped.found ? trim(after_level(stamped.rest).message) : line;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view TableText::line(std::size_t i) const {
  const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : text().size();
  return text().substr(starts[i], end - starts[i] - 1);
}

std::uint64_t TableText::number_at(std::size_t offset) const {
  const auto next = std::ranges::upper_bound(starts, offset);
  return next == starts.begin() ? 1 : numbers[static_cast<std::size_t>(next - starts.begin() - 1)];
}

TableText log_text_of(const FileBytes& file) {
  const ConsoleText clean = ConsoleText::clean(file);
  std::string joined;
  std::vector<std::size_t> starts;
  std::vector<std::uint64_t> numbers;
  joined.reserve(file.text().size() + 1);
  for (const ConsoleLine& line : clean.lines()) {
    starts.push_back(joined.size());
    numbers.push_back(line.number);
    joined.append(line.text);
    joined += '\n';
  }
  return {FileBytes::copy_of(joined, file.name()), std::move(starts), std::move(numbers)};
}

TableText plain_text_of(const FileBytes& file) {
  std::string joined;
  std::vector<std::size_t> starts;
  std::vector<std::uint64_t> numbers;
  std::string_view rest = file.text();
  while (!rest.empty()) {
    const std::size_t feed = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, feed);
    if (line.ends_with('\r')) line.remove_suffix(1);
    starts.push_back(joined.size());
    numbers.push_back(numbers.size() + 1);
    joined.append(line);
    joined += '\n';
    rest.remove_prefix(std::min(feed + 1, rest.size()));
  }
  return {FileBytes::copy_of(joined, file.name()), std::move(starts), std::move(numbers)};
}

Position position_of_line(std::uint64_t line) {
  Position position;
  position.line = line;
  position.column = 1;
  return position;
}

std::optional<std::vector<std::size_t>> places_of(const std::vector<std::string>& names, const WantedTable& wanted) {
  std::vector<std::size_t> places;
  for (const std::string_view column : wanted.columns) {
    const auto found = std::ranges::find_if(names, [&](const std::string& name) { return lower_case(name) == column; });
    if (found == names.end()) return std::nullopt;
    places.push_back(static_cast<std::size_t>(found - names.begin()));
  }
  return places;
}

Result<std::vector<TableRow>> read_table_rows(const FileBytes& file, const WantedTable& wanted) {
  if (file.text().find_first_not_of(" \t\r\n") == std::string_view::npos)
    return input_error(file.name(), {}, fmt::format("it is empty: there are no {} in it", wanted.what),
                       "the command that was to write it may have failed");
  Result<TableSearch> plain = search_lines(plain_text_of(file), wanted, 1);
  if (!plain) return std::unexpected(std::move(plain.error()));
  if (plain->found) return std::move(plain->rows);
  const TableText text = log_text_of(file);
  Result<TableSearch> json = search_json(text, wanted);
  if (!json) return std::unexpected(std::move(json.error()));
  if (json->found) return std::move(json->rows);
  Result<TableSearch> lines = search_lines(text, wanted);
  if (!lines) return std::unexpected(std::move(lines.error()));
  if (lines->found) return std::move(lines->rows);
  return no_table(file, text, *json, *lines, wanted);
}

}  // namespace plowline
