#include "rules/sources/source_records.h"

#include <array>
#include <utility>

namespace plowline {
namespace {

const Shape& entry_shape() {
  static const Shape shape(
      {member<&SourceEntry::freshness>("freshness"), member<&SourceEntry::loaded_at_field>("loaded_at_field"),
       member<&SourceEntry::loaded_at_query>("loaded_at_query"), member<&SourceEntry::loader>("loader"),
       member<&SourceEntry::source_description>("source_description")});
  return shape;
}

SourceEntry read_entry(const LintProject& project, RawJson object) {
  SourceEntry entry;
  if (object.empty()) return entry;
  Arena arena;
  if (auto done = read_part({object.bytes, project.project().manifest_file()}, entry_shape(), &entry, arena); !done) {
    Error error = std::move(done.error());
    error.position.offset.reset();  // it counts from the object's first byte
    project.keep_error(std::move(error));
    return {};
  }
  return entry;
}

// The record and its config: where a property may stand.
std::array<SourceEntry, 2> places_of(const LintProject& project, NodeId id) {
  return {source_entry(project, id), read_entry(project, project.node(id).config)};
}

// `freshness.warn_after.count`. Whatever Python takes for true is a count.
bool has_count(RawJson freshness, std::string_view limit) {
  return truthy(member_of(member_of(freshness, limit), "count"));
}

}  // namespace

SourceEntry source_entry(const LintProject& project, NodeId id) {
  return read_entry(project, project.node(id).whole);
}

SourceFreshness freshness_of(const LintProject& project, NodeId id) {
  SourceFreshness out;
  for (const SourceEntry& place : places_of(project, id)) {
    out.warns |= has_count(place.freshness, "warn_after");
    out.errors |= has_count(place.freshness, "error_after");
    out.has_loaded_at |= truthy(place.loaded_at_field) || truthy(place.loaded_at_query);
  }
  return out;
}

std::string loader_of(const LintProject& project, NodeId id) {
  for (const SourceEntry& place : places_of(project, id)) {
    if (std::string loader = unescaped_text(place.loader); !loader.empty()) return loader;
  }
  return {};
}

std::vector<NodeId> models_reading(const LintProject& project, NodeId source) {
  std::vector<NodeId> models;
  for (const NodeId child : project.project().children(source)) {
    if (project.project().type(child) == ResourceType::kModel && project.project().enabled(child)) {
      models.push_back(child);
    }
  }
  return models;
}

}  // namespace plowline
