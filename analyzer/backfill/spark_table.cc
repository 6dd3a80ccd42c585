#include "backfill/spark_table.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

#include "backfill/dialect_names.h"

namespace plowline {
namespace {

// Iceberg, "Spark DDL": partition transforms; Spark knows them in PARTITIONED BY of every v2 catalog.
constexpr std::array<std::string_view, 10> kTransforms{"year", "years", "month", "months", "day",
                                                       "days", "hour",  "hours", "bucket", "truncate"};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// `days(start_tstamp)`, `bucket(16, id)`: plain names and numbers only, so that nothing else can stand there.
std::optional<std::string> transform(const Dialect& dialect, std::string_view text) {
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')')) return std::nullopt;
  const std::string word = ascii_lower(trimmed(text.substr(0, open)));
  if (std::ranges::find(kTransforms, word) == kTransforms.end()) return std::nullopt;
  std::string result = word + "(";
  std::string_view rest = text.substr(open + 1, text.size() - open - 2);
  while (true) {
    const std::size_t comma = rest.find(',');
    const std::string_view argument = trimmed(rest.substr(0, comma));
    if (!is_number(argument) && !is_plain_name(argument)) return std::nullopt;
    result += is_number(argument) ? std::string(argument) : dialect.column(argument);
    if (comma == std::string_view::npos) return result + ")";
    result += ", ";
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace

std::string property_list(const Dialect& dialect, const TableConfig& config) {
  std::string list;
  for (const auto& [key, value] : config.table_properties) {
    list += fmt::format("{}{} = {}", list.empty() ? "(" : ", ", dialect.text(key), dialect.text(value));
  }
  return list.empty() ? list : list + ")";
}

std::string column_list(const Dialect& dialect, const std::vector<std::string>& columns) {
  std::string list;
  for (const std::string& column : columns) {
    const auto transformed = transform(dialect, trimmed(column));
    list += list.empty() ? "(" : ", ";
    list += transformed ? *transformed : dialect.column(column);
  }
  return list.empty() ? list : list + ")";
}

// "CREATE DATASOURCE TABLE": USING, PARTITIONED BY, COMMENT, TBLPROPERTIES and AS in this order.
std::string create_as_select(const Dialect& dialect, const Migration& migration) {
  const TableConfig& config = migration.config;
  std::string sql = "create table " + dialect.table(migration.to);
  if (!config.file_format.empty()) {
    sql += "\n  using " + (is_plain_name(config.file_format) ? config.file_format : dialect.column(config.file_format));
  }
  if (const std::string columns = column_list(dialect, config.partition_columns); !columns.empty()) {
    sql += "\n  partitioned by " + columns;
  }
  if (config.persists_relation_docs && !config.description.empty()) {
    sql += "\n  comment " + dialect.text(config.description);
  }
  if (const std::string properties = property_list(dialect, config); !properties.empty()) {
    sql += "\n  tblproperties " + properties;
  }
  return sql + "\n  as select * from " + dialect.table(migration.from);
}

}  // namespace plowline
