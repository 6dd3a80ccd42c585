#include "artifact/warehouse.h"

#include <algorithm>
#include <array>
#include <utility>

namespace plowline {
namespace {

constexpr std::array<std::pair<std::string_view, Warehouse>, 22> kAdapters{{
    {"snowflake", Warehouse::kSnowflake},  {"bigquery", Warehouse::kBigQuery},   {"redshift", Warehouse::kRedshift},
    {"postgres", Warehouse::kPostgres},    {"alloydb", Warehouse::kPostgres},    {"greenplum", Warehouse::kPostgres},
    {"materialize", Warehouse::kPostgres}, {"risingwave", Warehouse::kPostgres}, {"databricks", Warehouse::kSpark},
    {"spark", Warehouse::kSpark},          {"fabricspark", Warehouse::kSpark},   {"glue", Warehouse::kSpark},
    {"duckdb", Warehouse::kDuckDb},        {"motherduck", Warehouse::kDuckDb},   {"trino", Warehouse::kTrino},
    {"starburst", Warehouse::kTrino},      {"presto", Warehouse::kTrino},        {"athena", Warehouse::kAthena},
    {"oracle", Warehouse::kOracle},        {"sqlserver", Warehouse::kSqlServer}, {"fabric", Warehouse::kSqlServer},
    {"synapse", Warehouse::kSqlServer},
}};

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

Warehouse warehouse_from(std::string_view adapter_type) {
  const auto found = std::ranges::find(kAdapters, adapter_type, &std::pair<std::string_view, Warehouse>::first);
  return found == kAdapters.end() ? Warehouse::kOther : found->second;
}

bool same_column_name(Warehouse warehouse, std::string_view declared, bool quoted, std::string_view actual) {
  if (declared == actual) return true;
  switch (warehouse) {
    case Warehouse::kSnowflake:
    case Warehouse::kOracle:
      return !quoted && std::ranges::equal(declared, actual, {}, upper);
    case Warehouse::kPostgres:
      return !quoted && std::ranges::equal(declared, actual, {}, lower);
    default:
      return std::ranges::equal(declared, actual, {}, lower, lower);
  }
}

}  // namespace plowline
