#include "rules/schema/catalog_tables.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <unordered_map>

#include "diagnostic/name_list.h"
#include "source/sql_name.h"

namespace plowline {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  return lower;
}

// Materializations that leave a relation of the model's name behind; others (a package's own) may not.
bool builds_relation(std::string_view materialized) {
  static constexpr std::string_view kBuilding[] = {
      "table", "view",     "incremental",     "materialized_view",   "dynamic_table",
      "seed",  "snapshot", "streaming_table", "snowplow_incremental"};
  return std::ranges::find(kBuilding, materialized) != std::end(kBuilding);
}

}  // namespace

Warehouse warehouse_of(const LintProject& project) {
  return warehouse_from(project.project().metadata().adapter_type);
}

std::vector<NodeId> nodes_with_relations(const LintProject& project, const RuleScope& scope) {
  std::vector<NodeId> nodes;
  scope.nodes().for_each([&](NodeId id) {
    if (!project.project().enabled(id)) return;
    switch (project.node(id).resource_type) {
      case ResourceType::kModel:
        if (builds_relation(project.config(id).materialized)) nodes.push_back(id);
        return;
      case ResourceType::kSeed:
      case ResourceType::kSnapshot:
      case ResourceType::kSource:
        nodes.push_back(id);
        return;
      default:
        return;
    }
  });
  return nodes;
}

const CatalogTable* catalog_table_of(const LintProject& project, NodeId id) {
  return project.catalog() == nullptr ? nullptr : project.catalog()->find(project.node(id).unique_id);
}

std::vector<CataloguedNode> catalogued_nodes(const LintProject& project, const RuleScope& scope) {
  std::vector<CataloguedNode> nodes;
  for (const NodeId id : nodes_with_relations(project, scope)) {
    if (const CatalogTable* table = catalog_table_of(project, id)) nodes.push_back({id, table});
  }
  return nodes;
}

std::vector<CataloguedNode> catalogued_nodes(const LintProject& project, const RuleScope& scope, ResourceType type) {
  std::vector<CataloguedNode> nodes;
  scope.for_each(type, [&](NodeId id) {
    const CatalogTable* table = catalog_table_of(project, id);
    if (table == nullptr || !project.project().enabled(id)) return;
    if (type == ResourceType::kModel && project.config(id).materialized == "ephemeral") return;
    nodes.push_back({id, table});
  });
  return nodes;
}

bool same_as_in_state(const LintProject& project, NodeId id) {
  if (project.state() == nullptr) return true;
  const auto previous = project.in_state(id);
  if (!previous) return false;
  const NodeRecord& now = project.node(id);
  const NodeRecord& before = project.state()->node(*previous);
  return now.checksum.checksum == before.checksum.checksum && now.raw_code.bytes == before.raw_code.bytes &&
         now.columns.bytes == before.columns.bytes &&
         project.config(id).materialized == project.state()->config(*previous).materialized;
}

MatchedColumns match_columns(const LintProject& project, const CataloguedNode& node, NameComparison comparison) {
  const Warehouse warehouse = warehouse_of(project);
  const std::span<const Column> declared = project.columns(node.id);
  std::unordered_multimap<std::string, std::size_t> by_name;
  for (std::size_t i = 0; i < declared.size(); ++i) by_name.emplace(lower_case(unquoted(declared[i].name)), i);

  MatchedColumns matched{std::vector<const CatalogColumn*>(declared.size()), {}};
  for (const CatalogColumn& column : node.table->columns) {
    bool found = false;
    const auto [first, last] = by_name.equal_range(lower_case(column.name));
    for (auto entry = first; entry != last; ++entry) {
      const Column& candidate = declared[entry->second];
      const std::string_view name = unquoted(candidate.name);
      const bool quoted = name.size() != candidate.name.size() || truthy(candidate.quote);
      const bool same = comparison == NameComparison::kLetterByLetter
                            ? name == column.name
                            : same_column_name(warehouse, name, quoted, column.name);
      if (!same) continue;
      const CatalogColumn*& match = matched.of_declared[entry->second];
      if (match == nullptr || column.name == name) match = &column;
      found = true;
    }
    if (!found && !is_field(column.name)) matched.undeclared.push_back(&column);
  }
  return matched;
}

bool is_field(std::string_view column) {
  return column.find('.') != std::string_view::npos;
}

std::string name_for_yaml(Warehouse warehouse, std::string_view name) {
  const bool upper = (warehouse == Warehouse::kSnowflake || warehouse == Warehouse::kOracle) &&
                     std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
  return upper ? lower_case(name) : std::string(name);
}

std::string type_for_yaml(std::string_view type) {
  // What is written in quotes (an enum's values, a name of the user's own) keeps its letters.
  return type.find_first_of("'\"`") == std::string_view::npos ? lower_case(type) : std::string(type);
}

std::string shown(const CatalogTable& table) {
  std::string name;
  for (const std::string_view part : {table.database, table.schema, table.name}) {
    if (part.empty()) continue;
    if (!name.empty()) name += '.';
    name += printable(part);
  }
  return name;
}

}  // namespace plowline
