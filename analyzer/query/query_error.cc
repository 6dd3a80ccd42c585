#include "query/query_error.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <utility>
#include <vector>

#include "diagnostic/suggest.h"
#include "output/excerpt.h"
#include "query/tables.h"

namespace plowline {
namespace {

constexpr std::size_t kExcerptWidth = 100;

// Code points of UTF-8; broken bytes count as one each or not at all, which only moves the mark.
std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// How far the word at `at` goes.
std::size_t word_length(std::string_view line, std::size_t at) {
  const auto is_word = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  std::size_t end = at;
  while (end < line.size() && is_word(line[end])) ++end;
  return std::max<std::size_t>(end - at, 1);
}

struct PlaceInQuery {
  std::string_view line;
  std::size_t number = 0;  // from 0
  std::size_t start = 0;   // bytes before it within its line
};

PlaceInQuery place_at(std::string_view sql, std::size_t offset) {
  offset = std::min(offset, sql.size());
  const std::size_t before = sql.substr(0, offset).rfind('\n');
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(sql.find('\n', offset), sql.size());
  PlaceInQuery place{sql.substr(begin, end - begin), 0, offset - begin};
  place.number = static_cast<std::size_t>(std::ranges::count(sql.substr(0, begin), '\n'));
  return place;
}

// `no such column: n.nme` with the name that is meant.
std::string with_nearest(std::string message, bool is_quoted) {
  constexpr std::string_view kNoColumn = "no such column: ";
  constexpr std::string_view kNoTable = "no such table: ";
  std::vector<std::string> names;
  std::string_view word = message;
  if (message.starts_with(kNoColumn)) {
    if (is_quoted) return message + ": texts stand in 'single quotes', names in \"double\" ones";
    word.remove_prefix(kNoColumn.size());
    for (const Table* table : all_tables()) {
      for (const ColumnInfo& column : table->columns()) names.emplace_back(column.name);
    }
  } else if (message.starts_with(kNoTable)) {
    word.remove_prefix(kNoTable.size());
    for (const Table* table : all_tables()) names.emplace_back(table->name());
  } else {
    return message;
  }
  if (const std::size_t dot = word.rfind('.'); dot != std::string_view::npos) word.remove_prefix(dot + 1);
  const auto near = nearest(word, names);
  if (near && *near != word) message += fmt::format(": did you mean '{}'?", *near);
  return message;
}

// SQLite tells no place of a table that is not there: its first mention, where the word stands by itself.
std::optional<std::size_t> mention_of(std::string_view message, std::string_view sql) {
  constexpr std::string_view kNoTable = "no such table: ";
  if (!message.starts_with(kNoTable)) return std::nullopt;
  const std::size_t found = sql.find(message.substr(kNoTable.size()));
  return found == std::string_view::npos ? std::nullopt : std::optional(found);
}

}  // namespace

Error error_in_query(const QueryText& query, std::optional<std::size_t> offset, std::string reason,
                     std::string next_step) {
  Error error{ExitStatus::kUsage, query.file, {}, std::move(reason), {}};
  if (!offset) {
    error.next_step = std::move(next_step);
    return error;
  }
  const PlaceInQuery place = place_at(query.sql, *offset);
  const auto column = static_cast<std::uint32_t>(characters_in(place.line.substr(0, place.start)) + 1);
  error.position.line = query.line + place.number;
  error.position.column = column;
  const auto end = column + static_cast<std::uint32_t>(word_length(place.line, place.start));
  const Excerpt excerpt = excerpt_of(place.line, column, end, kExcerptWidth);
  error.next_step = fmt::format("{}\n  {}", excerpt.line, excerpt.marks);
  if (!next_step.empty()) error.next_step += "\n  " + next_step;
  return error;
}

Error refused_query(const QueryText& query, std::optional<std::size_t> offset, std::string message,
                    const QueryState& state) {
  if (!state.denied.empty()) {
    return error_in_query(query, offset,
                          fmt::format("a query only reads the project's tables: {} is not allowed", state.denied));
  }
  if (!offset) offset = mention_of(message, query.sql);
  const bool unknown = message.starts_with("no such column: ") || message.starts_with("no such table: ");
  const bool is_quoted = offset && *offset < query.sql.size() && query.sql[*offset] == '"';
  return error_in_query(query, offset, with_nearest(std::move(message), is_quoted),
                        unknown ? "'plowline query --tables' lists the tables and their columns" : "");
}

}  // namespace plowline
