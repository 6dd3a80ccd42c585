#include "rules/naming/named_columns.h"

#include <algorithm>

#include "artifact/warehouse.h"
#include "source/sql_name.h"

namespace plowline {
namespace {

NamedColumn named(std::string_view written, std::string_view type, bool whole) {
  const std::string_view bare = unquoted(written);
  const bool is_field = !whole && bare.size() == written.size() && bare.find('.') != std::string_view::npos;
  std::string name(is_field ? bare.substr(bare.rfind('.') + 1) : bare);
  return {written, name, name, type};
}

}  // namespace

std::vector<NamedColumn> declared_columns(const LintProject& project, NodeId id) {
  std::vector<NamedColumn> columns;
  for (const Column& column : project.columns(id)) {
    columns.push_back(named(column.name, column.data_type, truthy(column.quote)));
  }
  return columns;
}

std::vector<NamedColumn> catalog_columns(const LintProject& project, NodeId id) {
  const CatalogTable* table =
      project.catalog() == nullptr ? nullptr : project.catalog()->find(project.node(id).unique_id);
  if (table == nullptr) return {};
  const Warehouse warehouse = warehouse_from(project.project().metadata().adapter_type);
  const bool capitals = warehouse == Warehouse::kSnowflake || warehouse == Warehouse::kOracle;
  std::vector<NamedColumn> columns;
  for (const CatalogColumn& column : table->columns) {
    NamedColumn& added = columns.emplace_back(named(column.name, column.type, warehouse != Warehouse::kBigQuery));
    const bool all_capital = std::ranges::none_of(added.name, [](char c) { return c >= 'a' && c <= 'z'; });
    if (capitals && all_capital) std::ranges::transform(added.lower, added.lower.begin(), ascii_lower);
  }
  return columns;
}

}  // namespace plowline
