#include "rules/schema/two_warehouse_tables.h"

#include "rules/schema/catalog_tables.h"

namespace plowline {

std::vector<TwoTables> tables_of_both(const LintProject& project, const RuleScope& scope) {
  std::vector<TwoTables> tables;
  if (project.state()->project().metadata().adapter_type != project.project().metadata().adapter_type) return tables;
  for (const CataloguedNode& node : catalogued_nodes(project, scope)) {
    if (project.node(node.id).resource_type == ResourceType::kSource) continue;
    const auto previous = project.in_state(node.id);
    if (!previous) continue;
    if (const CatalogTable* before = catalog_table_of(*project.state(), *previous))
      tables.push_back({node.id, node.table, before});
  }
  return tables;
}

}  // namespace plowline
