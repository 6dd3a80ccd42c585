#include "backfill/production_overlap.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "artifact/json.h"
#include "backfill/table_name.h"
#include "diagnostic/name_list.h"

namespace plowline {
namespace {

constexpr std::size_t kShownNames = 3;

struct Place {
  std::string relation;  // in lower case, its parts separated by NUL
  std::string schema;    // likewise
};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return text;
}

std::optional<Place> place_of(std::string_view relation_name) {
  if (relation_name.empty()) return std::nullopt;
  const auto table = table_name_from(relation_name);
  if (!table) return std::nullopt;
  Place place;
  place.schema = lower(table->database ? table->database->text : "") + '\0' + lower(table->schema.text);
  place.relation = place.schema + '\0' + lower(table->identifier.text);
  return place;
}

std::string schema_text(const TableName& table) {
  return (table.database ? printable(table.database->text) + "." : "") + printable(table.schema.text);
}

}  // namespace

ProductionPlaces::ProductionPlaces(const Project& production, const SnowplowPackages& packages) {
  for (std::uint32_t i = 0; i < production.size(); ++i) {
    const NodeId id{i};
    const ResourceType type = production.node(id).resource_type;
    const bool is_built =
        type == ResourceType::kModel || type == ResourceType::kSeed || type == ResourceType::kSnapshot;
    if (!is_built || !production.enabled(id)) continue;
    const auto place = place_of(production.node(id).relation_name);
    if (!place) continue;
    relations_.insert(place->relation);
    schemas_.insert(place->schema);
  }
  for (const SnowplowPackage& package : packages.all()) {
    if (!package.incremental_manifest) continue;
    if (const auto place = place_of(production.node(*package.incremental_manifest).relation_name))
      manifests_.insert(place->relation);
  }
}

ProductionPlaces::Kind ProductionPlaces::kind_of(std::string_view relation_name) const {
  const auto place = place_of(relation_name);
  if (!place || !schemas_.contains(place->schema)) return Kind::kNone;
  if (manifests_.contains(place->relation)) return Kind::kManifest;
  return relations_.contains(place->relation) ? Kind::kRelation : Kind::kSchema;
}

ProductionOverlap production_overlap(const RunPlan& run, const ProductionPlaces& production) {
  ProductionOverlap overlap;
  std::set<std::string> told;
  for (const PlannedNode& node : run.nodes) {
    if (node.materialized == "ephemeral") continue;
    const ProductionPlaces::Kind kind = production.kind_of(node.relation_name);
    if (kind == ProductionPlaces::Kind::kNone) continue;
    const auto table = table_name_from(node.relation_name);
    if (kind == ProductionPlaces::Kind::kManifest) {
      overlap.manifests.push_back(shown(*table));
    } else if (kind == ProductionPlaces::Kind::kRelation) {
      overlap.relations.push_back(shown(*table));
    } else if (std::string schema = schema_text(*table); told.insert(schema).second) {
      overlap.schemas.push_back(std::move(schema));
    }
  }
  return overlap;
}

std::optional<std::string> starts_production(std::string_view log_line, const ProductionPlaces& production) {
  if (!log_line.starts_with('{') || log_line.find("\"LogStartLine\"") == std::string_view::npos) return std::nullopt;
  const FileBytes bytes = FileBytes::copy_of(log_line, "log");
  const auto event = check({bytes.text()});
  if (!event) return std::nullopt;
  std::optional<JsonText> at = *event;
  for (const std::string_view key : {"data", "node_info", "node_relation", "relation_name"}) {
    at = at->get(key);
    if (!at) return std::nullopt;
  }
  const std::string relation = at->string().value_or("");
  if (production.kind_of(relation) == ProductionPlaces::Kind::kNone) return std::nullopt;
  return shown(*table_name_from(relation));
}

std::string shown(const ProductionOverlap& overlap) {
  if (!overlap.manifests.empty()) {
    return fmt::format("production's manifest table {}", comma_list(overlap.manifests, kShownNames));
  }
  if (!overlap.relations.empty()) {
    return fmt::format("production's own {}", comma_list(overlap.relations, kShownNames));
  }
  return fmt::format("production's schema {}", comma_list(overlap.schemas, kShownNames));
}

Error overlap_error(const ProductionOverlap& overlap) {
  return usage_error(fmt::format("refused: the run would write into {}", shown(overlap)),
                     "the manifest.json may be of production's target, or a schema is hard-coded: let dbt write it for "
                     "the staging target (dbt parse --target NAME); --allow-production runs it all the same")
      .error();
}

}  // namespace plowline
