#include "query/query_output.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>
#include <type_traits>
#include <vector>

#include "command/code_points.h"
#include "diagnostic/json_output.h"
#include "output/csv_cell.h"
#include "output/excerpt.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

// One long text must not push all others apart.
constexpr std::size_t kWidestColumn = 80;

std::string hexadecimal(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

bool is_number(const QueryValue& value) {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

// A value as people read it.
std::string shown(const QueryValue& value) {
  return std::visit(
      []<typename T>(const T& held) -> std::string {
        if constexpr (std::is_same_v<T, std::monostate>) {
          return {};
        } else if constexpr (std::is_same_v<T, QueryBlob>) {
          return hexadecimal(held.bytes);
        } else if constexpr (std::is_same_v<T, std::string>) {
          return held;
        } else {
          return fmt::format("{}", held);
        }
      },
      value);
}

// How many cells of a terminal a text takes that is printable().
std::size_t cells_in(std::string_view text) {
  std::size_t cells = 0;
  while (!text.empty()) {
    const CodePoint character = first_code_point(text);
    cells += cells_of(character.value);
    text.remove_prefix(character.bytes.size());
  }
  return cells;
}

struct TextCell {
  std::string text;
  std::size_t width = 0;
};

TextCell text_cell_of(std::string_view text) {
  TextCell cell{printable(text), 0};
  cell.width = cells_in(cell.text);
  return cell;
}

struct TextColumn {
  std::size_t width = 0;
  bool numbers = true;
};

std::vector<TextColumn> layout_of(const QueryResult& result, const std::vector<std::vector<TextCell>>& lines) {
  std::vector<TextColumn> columns(result.columns.size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i)
      columns[i].width = std::max(columns[i].width, std::min(line[i].width, kWidestColumn));
  }
  for (const QueryRow& row : result.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!is_number(row[i]) && !std::holds_alternative<std::monostate>(row[i])) columns[i].numbers = false;
    }
  }
  return columns;
}

std::string line_text(const std::vector<TextCell>& line, const std::vector<TextColumn>& columns) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::size_t missing = columns[i].width - std::min(line[i].width, columns[i].width);
    if (i > 0) out += "  ";
    if (columns[i].numbers) out.append(missing, ' ');
    out += line[i].text;
    if (!columns[i].numbers) out.append(missing, ' ');
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out + "\n";
}

// Names for the members of a row, each once.
std::vector<std::string> distinct(const std::vector<std::string>& columns) {
  std::set<std::string> taken(columns.begin(), columns.end());
  std::set<std::string> used;
  std::vector<std::string> names;
  for (const std::string& column : columns) {
    std::string name = column;
    for (std::size_t number = 2; used.contains(name) || (name != column && taken.contains(name)); ++number)
      name = fmt::format("{}_{}", column, number);
    used.insert(name);
    names.push_back(std::move(name));
  }
  return names;
}

Json json_of(const QueryValue& value) {
  return std::visit(
      []<typename T>(const T& held) -> Json {
        if constexpr (std::is_same_v<T, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<T, QueryBlob>) {
          return hexadecimal(held.bytes);
        } else {
          return held;
        }
      },
      value);
}

}  // namespace

std::string query_text(const QueryResult& result) {
  std::vector<std::vector<TextCell>> lines;
  lines.reserve(result.rows.size() + 1);
  std::vector<TextCell> names;
  for (const std::string& column : result.columns) names.push_back(text_cell_of(column));
  lines.push_back(std::move(names));
  for (const QueryRow& row : result.rows) {
    std::vector<TextCell> line;
    line.reserve(row.size());
    for (const QueryValue& value : row) line.push_back(text_cell_of(shown(value)));
    lines.push_back(std::move(line));
  }
  const std::vector<TextColumn> columns = layout_of(result, lines);
  std::string out = line_text(lines.front(), columns);
  for (std::size_t i = 0; i < columns.size(); ++i) out += (i > 0 ? "  " : "") + std::string(columns[i].width, '-');
  out += "\n";
  for (std::size_t i = 1; i < lines.size(); ++i) out += line_text(lines[i], columns);
  return out;
}

std::string query_csv(const QueryResult& result) {
  std::string out;
  for (std::size_t i = 0; i < result.columns.size(); ++i) out += (i > 0 ? "," : "") + csv_cell(result.columns[i]);
  out += "\r\n";
  for (const QueryRow& row : result.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += ',';
      if (is_number(row[i])) {
        out += shown(row[i]);
      } else if (!std::holds_alternative<std::monostate>(row[i])) {
        out += csv_cell(shown(row[i]));
      }
    }
    out += "\r\n";
  }
  return out;
}

std::string query_json(const QueryResult& result, const Warnings& warnings) {
  constexpr auto kReplace = Json::error_handler_t::replace;
  const std::vector<std::string> names = distinct(result.columns);
  std::string out = fmt::format("{{\n  \"columns\": {},\n  \"rows\": [", Json(names).dump(-1, ' ', false, kReplace));
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    Json row = Json::object();
    for (std::size_t column = 0; column < names.size(); ++column) row[names[column]] = json_of(result.rows[i][column]);
    out += fmt::format("{}\n    {}", i > 0 ? "," : "", row.dump(-1, ' ', false, kReplace));
  }
  out += fmt::format("{}],\n  \"truncated\": {},\n  \"warnings\": {}\n}}\n", result.rows.empty() ? "" : "\n  ",
                     result.truncated, Json(warnings_json(warnings)).dump(-1, ' ', false, kReplace));
  return out;
}

}  // namespace plowline
