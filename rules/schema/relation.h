// Where nodes lie in the warehouse, and when two of them lie in the same place.
//
// Warehouses take `Orders` and `orders` for one name or for two. dbt shows which: a name that relation_name has in
// quotes is taken letter by letter (Postgres, BigQuery), one without quotes is not (Snowflake). Some warehouses fold
// quoted names as well (Redshift, Databricks, DuckDB).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "lint/lint_project.h"

namespace plowline {

// Views into the Project.
struct Relation {
  std::string_view database;  // empty on warehouses without databases
  std::string_view schema;
  std::string_view name;
  bool folds = false;  // letter case does not count

  bool same_place(const Relation& other) const;  // database and schema
  bool same(const Relation& other) const;
};

// The relation that dbt builds for the node: of enabled models that are not ephemeral, seeds and snapshots. Cost: the
// config is read where the record has no relation_name (manifests before v4, ephemeral models).
std::optional<Relation> relation_of(const LintProject& project, NodeId id);

// The table of a source that is enabled. Where the record does not say how dbt writes its name (manifests before v4),
// letter case counts.
std::optional<Relation> relation_of_source(const LintProject& project, NodeId id);

// Equal for relations (places) that are the same.
std::size_t hash_of(const Relation& relation);
std::size_t hash_of_place(const Relation& relation);

// For messages, printable: `shop.prod_derived.orders`, `shop.prod_derived`.
std::string shown(const Relation& relation);
std::string shown_place(const Relation& relation);

// Letters A to Z apart.
bool same_name(std::string_view a, std::string_view b, bool folds);

}  // namespace plowline
