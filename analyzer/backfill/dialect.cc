#include "backfill/dialect.h"

#include <array>
#include <fmt/format.h>
#include <utility>

#include "backfill/dialects.h"

namespace plowline {
namespace {

// Adapters that write one of the six dialects' SQL for their own warehouse. Those that speak Postgres' words but have
// no incremental tables of its kind (materialize, risingwave) are not among them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSpeakers{{
    {"alloydb", "postgres"},
    {"greenplum", "postgres"},
    {"fabricspark", "spark"},
    {"glue", "spark"},
}};

}  // namespace

std::string Dialect::table(const TableName& name) const {
  const std::string rest = identifier(name.schema) + "." + identifier(name.identifier);
  return name.database ? identifier(*name.database) + "." + rest : rest;
}

// Warehouses whose least() is null as soon as one argument is: each argument takes the other's place.
std::string Dialect::least(std::string_view a, std::string_view b) const {
  return fmt::format("least(coalesce({0}, {1}), coalesce({1}, {0}))", a, b);
}

Result<const Dialect*> dialect_for(std::string_view adapter_type) {
  std::string_view name = adapter_type;
  for (const auto& [adapter, dialect] : kSpeakers) {
    if (adapter == adapter_type) name = dialect;
  }
  std::string names;
  for (const Dialect* dialect : all_dialects()) {
    if (dialect->name() == name) return dialect;
    names += names.empty() ? "" : ", ";
    names += dialect->name();
  }
  return usage_error(fmt::format("no SQL can be written for the adapter '{}'", printable(adapter_type)),
                     fmt::format("there is SQL for {}", names));
}

std::span<const Dialect* const> all_dialects() {
  static const std::array<const Dialect*, 6> kAll{&bigquery_dialect(), &databricks_dialect(), &postgres_dialect(),
                                                  &redshift_dialect(), &snowflake_dialect(),  &spark_dialect()};
  return kAll;
}

}  // namespace plowline
