#include "rules/schema/column_types.h"

#include "artifact/data_type.h"
#include "artifact/warehouse.h"

namespace plowline {
namespace {

// The node's table; null where there is no catalog, it does not have the table, or the warehouse did not tell its
// columns.
const CatalogTable* table_of(const LintProject& project, NodeId id) {
  if (project.catalog() == nullptr) return nullptr;
  const CatalogTable* table = project.catalog()->find(project.node(id).unique_id);
  return table == nullptr || table->columns.empty() ? nullptr : table;
}

// Without the fields within others, which BigQuery lists as `address.city`.
CatalogColumns::Columns columns_of(const CatalogTable& table) {
  CatalogColumns::Columns out;
  for (const CatalogColumn& column : table.columns) {
    if (column.name.find('.') != std::string_view::npos) continue;
    out.emplace_back(column.name, column.type);
  }
  return out;
}

}  // namespace

bool may_be_one_type(const LintProject& project, std::string_view a, std::string_view b) {
  const Warehouse warehouse = warehouse_from(project.project().metadata().adapter_type);
  return compare_types(warehouse, a, b) != TypeMatch::kDifferent ||
         compare_types(warehouse, b, a) != TypeMatch::kDifferent;
}

std::optional<CatalogColumns> columns_of_both_catalogs(const LintProject& project, NodeId id, NodeId previous) {
  const CatalogTable* now = table_of(project, id);
  const CatalogTable* before = table_of(*project.state(), previous);
  if (now == nullptr || before == nullptr) return std::nullopt;
  return CatalogColumns{columns_of(*before), columns_of(*now)};
}

bool in_both_catalogs(const LintProject& project, NodeId id, NodeId previous) {
  return table_of(project, id) != nullptr && table_of(*project.state(), previous) != nullptr;
}

}  // namespace plowline
