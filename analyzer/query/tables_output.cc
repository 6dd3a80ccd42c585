// What `plowline query --tables` shows.
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "diagnostic/json_output.h"
#include "lint/rule.h"
#include "query/query_output.h"
#include "query/tables.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kEnd =
    "The schema state has the same tables for the manifest of --state: state.nodes, ...\n"
    "Columns in (brackets) are not a part of `select *`. JSON columns are text for SQLite's json_extract(), "
    "json_each() "
    "and\ntheir like; beside SQLite's own functions there is `text regexp 'pattern'`.\n";

std::string shown_name(const ColumnInfo& column) {
  return column.hidden ? fmt::format("({})", column.name) : std::string(column.name);
}

Json column_json(const ColumnInfo& column) {
  return {{"name", column.name},
          {"type", to_string(column.type)},
          {"comment", column.comment},
          {"in_star", !column.hidden}};
}

}  // namespace

std::string tables_text() {
  std::string out;
  for (const Table* table : all_tables()) {
    out += fmt::format("{}: {}\n", table->name(), table->comment());
    std::size_t width = 0;
    for (const ColumnInfo& column : table->columns()) width = std::max(width, shown_name(column).size());
    for (const ColumnInfo& column : table->columns())
      out += fmt::format("  {:{}}  {:7}  {}\n", shown_name(column), width, to_string(column.type), column.comment);
    out += "\n";
  }
  return out + std::string(kEnd);
}

std::string tables_json() {
  Json tables = Json::array();
  for (const Table* table : all_tables()) {
    Json columns = Json::array();
    for (const ColumnInfo& column : table->columns()) columns.push_back(column_json(column));
    Json needs = Json::array({"manifest.json"});
    if ((table->needs() & kNeedsCatalog) != 0) needs.push_back("catalog.json");
    if ((table->needs() & kNeedsRunResults) != 0) needs.push_back("run_results.json");
    tables.push_back({{"name", table->name()},
                      {"comment", table->comment()},
                      {"needs", std::move(needs)},
                      {"columns", std::move(columns)}});
  }
  return document_text({{"schemas", {kMainSchema, kStateSchema}}, {"tables", std::move(tables)}});
}

QueryResult tables_result() {
  QueryResult result{.columns = {"table", "column", "type", "comment"}};
  for (const Table* table : all_tables()) {
    for (const ColumnInfo& column : table->columns()) {
      result.rows.push_back({std::string(table->name()), std::string(column.name), std::string(to_string(column.type)),
                             std::string(column.comment)});
    }
  }
  return result;
}

}  // namespace plowline
