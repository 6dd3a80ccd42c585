#include "query/tables.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fmt/format.h>

#include "lint/node_parts.h"
#include "query/table_of.h"

namespace plowline {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

CellValue number_cell(std::string_view bytes) {
  const std::string text(bytes);
  char* end = nullptr;
  if (bytes.find_first_of(".eEnNI") == std::string_view::npos) {
    errno = 0;
    const long long whole = std::strtoll(text.c_str(), &end, 10);
    if (errno == 0) return std::int64_t{whole};
  }
  return std::strtod(text.c_str(), &end);
}

// JSON without the blanks between its parts, so that a value is the same however its file is indented.
std::string without_blanks(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted && c == '\\' && i + 1 < json.size()) {
      out += c;
      out += json[++i];
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (quoted || (c != ' ' && c != '\n' && c != '\t' && c != '\r')) out += c;
  }
  return out;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

std::string_view to_string(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
      return "TEXT";
    case ColumnType::kInteger:
      return "INTEGER";
    case ColumnType::kReal:
      return "REAL";
    case ColumnType::kJson:
      return "JSON";
    case ColumnType::kAny:
      return "ANY";
  }
  return "ANY";
}

const std::vector<const Table*>& all_tables() {
  static const TableList owned = [] {
    TableList tables;
    add_node_tables(tables);
    add_part_tables(tables);
    add_resource_tables(tables);
    add_disabled_table(tables);
    add_artifact_tables(tables);
    return tables;
  }();
  static const std::vector<const Table*> tables = [] {
    std::vector<const Table*> all;
    for (const auto& table : owned) all.push_back(table.get());
    return all;
  }();
  return tables;
}

const Table* find_table(std::string_view name) {
  const auto found = std::ranges::find_if(all_tables(), [&](const Table* one) { return same_name(one->name(), name); });
  return found == all_tables().end() ? nullptr : *found;
}

// (What a value is, its first byte tells: there are a million of them in a big manifest.)
CellValue json_cell(RawJson value) {
  if (value.empty()) return {};
  switch (value.bytes.front()) {
    case 'n':
      return {};
    case 't':
    case 'f':
      return flag_cell(value.bytes.front() == 't');
    case '"':
      return unescaped_text(value);
    case '[':
    case '{':
      return without_blanks(value.bytes);
    default:
      return number_cell(value.bytes);
  }
}

CellValue string_cell(RawJson value) {
  if (value.bytes.size() < 2 || value.bytes.front() != '"') return {};
  return unescaped_text(value);
}

CellValue raw_cell(RawJson value) {
  return value.empty() ? CellValue() : CellValue(without_blanks(value.bytes));
}

CellValue list_cell(StringList texts) {
  std::string out = "[";
  for (const std::string_view text : texts) {
    if (out.size() > 1) out += ',';
    append_quoted(out, text);
  }
  return out + "]";
}

std::size_t count_nodes(const TableSources& sources) {
  return sources.project->project().size();
}

std::optional<std::size_t> find_node(const TableSources& sources, std::string_view unique_id) {
  const auto found = sources.project->project().find(unique_id);
  return found ? std::optional(index_of(*found)) : std::nullopt;
}

}  // namespace plowline
