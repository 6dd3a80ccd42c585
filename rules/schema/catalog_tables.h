// Nodes with the tables that the catalog has of them, and their declared columns matched with the table's.
//
// A catalog is as old as its file: what a branch has changed since is not in the warehouse yet. With a state
// (`--state`), whoever asks can tell such nodes apart: same_as_in_state().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/catalog.h"
#include "artifact/warehouse.h"
#include "lint/lint_project.h"
#include "lint/rule_scope.h"

namespace plowline {

Warehouse warehouse_of(const LintProject& project);

// Models (not ephemeral), seeds, snapshots and sources that are enabled, in the order of their ids.
std::vector<NodeId> nodes_with_relations(const LintProject& project, const RuleScope& scope);

// The node's table in the project's catalog; null where there is none.
const CatalogTable* catalog_table_of(const LintProject& project, NodeId id);

struct CataloguedNode {
  NodeId id;
  const CatalogTable* table;  // never null
};
// Those of nodes_with_relations() that the catalog has.
std::vector<CataloguedNode> catalogued_nodes(const LintProject& project, const RuleScope& scope);

// False where the state has the node with other code, another config or other columns, or does not have it at all: the
// warehouse cannot be expected to agree before it has been built. True without a state.
bool same_as_in_state(const LintProject& project, NodeId id);

// The nodes of one type in the scope that are enabled, not ephemeral, and in the catalog, whatever materialization (a
// package's own, say) they have; in the order of their ids.
std::vector<CataloguedNode> catalogued_nodes(const LintProject& project, const RuleScope& scope, ResourceType type);

// Declared columns and those of the warehouse that mean each other.
struct MatchedColumns {
  // Per declared column (LintProject::columns()), the one of the table; null where it has none.
  std::vector<const CatalogColumn*> of_declared;
  // Columns of the table that are not declared, in its order. Fields of structs (`address.city`) are not among them.
  std::vector<const CatalogColumn*> undeclared;
};
// How names are compared: as the warehouse does (artifact/warehouse.h), or letter by letter.
enum class NameComparison : std::uint8_t { kAsWarehouse, kLetterByLetter };
// Cost: linear in both.
MatchedColumns match_columns(const LintProject& project, const CataloguedNode& node,
                             NameComparison comparison = NameComparison::kAsWarehouse);

// Whether the name is a field's of a column (`address.city`), which only BigQuery's catalog lists: without such names
// in the table it cannot be said to be missing.
bool is_field(std::string_view column);

// A column's name as a YAML file has it: Snowflake's and Oracle's `ORDER_ID` in lower case.
std::string name_for_yaml(Warehouse warehouse, std::string_view name);
// A type as a YAML file has it: in lower case.
std::string type_for_yaml(std::string_view type);

// The table's name for messages, printable: `shop.analytics.orders`.
std::string shown(const CatalogTable& table);

}  // namespace plowline
