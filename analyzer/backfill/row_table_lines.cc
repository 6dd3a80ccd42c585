// CSV, and the tables that psql, dbt and other clients draw.
#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <utility>

#include "artifact/console_text.h"
#include "backfill/row_table_parts.h"

namespace plowline {
namespace {

constexpr std::string_view kDrawnBar = "\xE2\x94\x82";  // U+2502, psql's linestyle unicode

// One record of CSV, which may go over several lines.
struct Record {
  std::vector<std::string> cells;
  std::size_t next = 0;     // where the following record begins
  bool open_quote = false;  // the text ended inside of quotes
};

bool is_blank(char c) {
  return c == ' ';
}

// A quoted cell from the quote at `at` on; `at` ends behind the closing quote.
std::string quoted_cell(std::string_view text, std::size_t& at, bool& open) {
  std::string cell;
  for (++at; at < text.size(); ++at) {
    if (text[at] != '"') {
      cell += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '"') {
      cell += '"';
      ++at;
    } else {
      ++at;
      return cell;
    }
  }
  open = true;
  return cell;
}

Record csv_record(std::string_view text, std::size_t at, char delimiter) {
  Record record;
  for (;;) {
    while (at < text.size() && is_blank(text[at])) ++at;
    std::string cell;
    if (at < text.size() && text[at] == '"') cell = quoted_cell(text, at, record.open_quote);
    const std::size_t from = at;
    while (at < text.size() && text[at] != delimiter && text[at] != '\n') ++at;
    cell += trim(text.substr(from, at - from));
    record.cells.push_back(std::move(cell));
    if (at >= text.size() || text[at] == '\n') break;
    ++at;
  }
  record.next = std::min(at + 1, text.size());
  return record;
}

bool is_bar_at(std::string_view line, std::size_t at, std::size_t& length) {
  length = line[at] == '|' ? 1 : line.substr(at).starts_with(kDrawnBar) ? kDrawnBar.size() : 0;
  return length != 0;
}

// The cells of a line of a drawn table, without the bars at its ends.
std::vector<std::string> drawn_cells(std::string_view line) {
  line = trim(line);
  std::size_t length = 0;
  if (!line.empty() && is_bar_at(line, 0, length)) line.remove_prefix(length);
  if (line.ends_with('|')) line.remove_suffix(1);
  if (line.ends_with(kDrawnBar)) line.remove_suffix(kDrawnBar.size());
  std::vector<std::string> cells;
  std::size_t from = 0;
  for (std::size_t at = 0; at < line.size();) {
    if (!is_bar_at(line, at, length)) {
      ++at;
      continue;
    }
    cells.emplace_back(trim(line.substr(from, at - from)));
    from = at += length;
  }
  cells.emplace_back(trim(line.substr(from)));
  return cells;
}

bool has_bar(std::string_view line) {
  return line.find('|') != std::string_view::npos || line.find(kDrawnBar) != std::string_view::npos;
}

// `+-----+----+`, `| --- | --- |`, `----+----`, and the same in box drawing characters (U+2500 to U+257F).
bool is_rule(std::string_view line) {
  bool dashes = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (byte == 0xE2 && i + 2 < line.size() &&
        (static_cast<unsigned char>(line[i + 1]) == 0x94 || static_cast<unsigned char>(line[i + 1]) == 0x95)) {
      i += 2;
      dashes = true;
    } else if (byte == '-' || byte == '=') {
      dashes = true;
    } else if (byte != '+' && byte != '|' && byte != ':' && byte != ' ') {
      return false;
    }
  }
  return dashes;
}

std::unexpected<Error> wrong_cells(const TableText& text, std::uint64_t line, std::size_t has, std::size_t expected) {
  return input_error(text.bytes.name(), position_of_line(line),
                     fmt::format("the row has {} {}, the header has {}", has, has == 1 ? "cell" : "cells", expected),
                     "write the rows anew, as CSV or JSON");
}

TableRow row_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& places, std::uint64_t line) {
  TableRow row{{}, line};
  for (const std::size_t place : places) row.cells.push_back(cells[place]);
  return row;
}

// The lines below the header of a drawn table, up to the first that is no part of it.
Result<TableSearch> drawn_rows(const TableText& text, std::size_t header, std::size_t columns,
                               const std::vector<std::size_t>& places) {
  TableSearch search;
  search.found = true;
  for (std::size_t i = header + 1; i < text.starts.size(); ++i) {
    const std::string_view line = text.line(i);
    if (is_rule(line)) continue;
    if (!has_bar(line)) break;
    const std::vector<std::string> cells = drawn_cells(line);
    if (cells.size() != columns) return wrong_cells(text, text.numbers[i], cells.size(), columns);
    search.rows.push_back(row_of(cells, places, text.numbers[i]));
  }
  return search;
}

Result<TableSearch> csv_rows(const TableText& text, std::size_t at, char delimiter, std::size_t columns,
                             const std::vector<std::size_t>& places) {
  TableSearch search;
  search.found = true;
  const std::string_view all = text.text();
  while (at < all.size()) {
    const std::uint64_t number = text.number_at(at);
    Record record = csv_record(all, at, delimiter);
    at = record.next;
    if (record.open_quote) {
      return input_error(text.bytes.name(), position_of_line(number), "a quote opens here and is never closed",
                         "write the rows anew");
    }
    if (record.cells.size() == 1 && record.cells[0].empty()) continue;
    if (record.cells.size() != columns) return wrong_cells(text, number, record.cells.size(), columns);
    search.rows.push_back(row_of(record.cells, places, number));
  }
  return search;
}

}  // namespace

Result<TableSearch> search_lines(const TableText& text, const WantedTable& wanted, std::size_t lines) {
  constexpr std::array<char, 3> kDelimiters{',', ';', '\t'};
  TableSearch nothing;
  bool first = true;  // what has no such header is told by its first line
  for (std::size_t i = 0; i < text.starts.size(); ++i) {
    const std::string_view line = without_log_prefix(text.line(i));
    if (line.empty() || is_rule(line)) continue;
    if (lines-- == 0) break;
    if (has_bar(line)) {
      const std::vector<std::string> names = drawn_cells(line);
      if (const auto places = places_of(names, wanted)) return drawn_rows(text, i, names.size(), *places);
      if (first) nothing.columns = names;
    }
    for (const char delimiter : kDelimiters) {
      if (line.find(delimiter) == std::string_view::npos) continue;
      const auto start = static_cast<std::size_t>(line.data() - text.text().data());
      const Record header = csv_record(text.text().substr(0, start + line.size()), start, delimiter);
      if (const auto places = places_of(header.cells, wanted))
        return csv_rows(text, start + line.size() + 1, delimiter, header.cells.size(), *places);
      if (first) nothing.columns = header.cells;
    }
    const bool word = line.find_first_of(" \t") == std::string_view::npos;
    if (first && word && nothing.columns.empty()) nothing.columns = {std::string(line)};
    first = false;
  }
  return nothing;
}

}  // namespace plowline
