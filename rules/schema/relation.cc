#include "rules/schema/relation.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>

#include "artifact/warehouse.h"

namespace plowline {
namespace {

// Warehouses that do not tell upper from lower case in quoted names either.
bool folds_quoted_names(std::string_view adapter) {
  switch (warehouse_from(adapter)) {
    case Warehouse::kRedshift:
    case Warehouse::kSpark:
    case Warehouse::kDuckDb:
    case Warehouse::kTrino:
    case Warehouse::kAthena:
      return true;
    default:
      return false;
  }
}

bool can_have_relation(ResourceType type) {
  return type == ResourceType::kModel || type == ResourceType::kSeed || type == ResourceType::kSnapshot;
}

bool is_quoted(std::string_view relation_name) {
  return relation_name.find_first_of("\"`[") != std::string_view::npos;
}

std::size_t hash_folded(std::string_view text, std::size_t seed) {
  std::uint64_t hash = seed ^ 0x9E3779B97F4A7C15U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(ascii_lower(c))) * 0x100000001B3U;
  return hash;
}

std::string joined(std::string_view first, std::string_view second) {
  if (first.empty()) return printable(second);
  return fmt::format("{}.{}", printable(first), printable(second));
}

}  // namespace

bool same_name(std::string_view a, std::string_view b, bool folds) {
  if (!folds) return a == b;
  return std::ranges::equal(a, b, [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

bool Relation::same_place(const Relation& other) const {
  const bool fold = folds && other.folds;
  return same_name(database, other.database, fold) && same_name(schema, other.schema, fold);
}

bool Relation::same(const Relation& other) const {
  return same_name(name, other.name, folds && other.folds) && same_place(other);
}

std::optional<Relation> relation_of(const LintProject& project, NodeId id) {
  if (!can_have_relation(project.project().type(id)) || !project.project().enabled(id)) return std::nullopt;
  const NodeRecord& node = project.node(id);
  if (node.relation_name.empty() && project.config(id).materialized == "ephemeral") return std::nullopt;
  return Relation{node.database, node.schema, node.alias.empty() ? node.name : node.alias,
                  !is_quoted(node.relation_name) || folds_quoted_names(project.project().metadata().adapter_type)};
}

std::optional<Relation> relation_of_source(const LintProject& project, NodeId id) {
  if (project.project().type(id) != ResourceType::kSource || !project.project().enabled(id)) return std::nullopt;
  const NodeRecord& node = project.node(id);
  const bool is_plain = !node.relation_name.empty() && !is_quoted(node.relation_name);
  return Relation{node.database, node.schema, node.identifier.empty() ? node.name : node.identifier,
                  is_plain || folds_quoted_names(project.project().metadata().adapter_type)};
}

std::size_t hash_of(const Relation& relation) {
  return hash_folded(relation.name, hash_of_place(relation));
}

std::size_t hash_of_place(const Relation& relation) {
  return hash_folded(relation.schema, hash_folded(relation.database, 0));
}

std::string shown(const Relation& relation) {
  return joined(relation.database, fmt::format("{}.{}", relation.schema, relation.name));
}

std::string shown_place(const Relation& relation) {
  return joined(relation.database, relation.schema);
}

}  // namespace plowline
