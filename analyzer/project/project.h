// Project: a dbt project as its manifest describes it, in memory, read-only once it is built.
//
// A NodeId is the rank of the node's unique_id among all nodes, so walking ids upward gives the order in which
// dbt prints them, and sets of nodes are bit sets. Edges are compressed adjacency (one array for all parents, one for
// all children). Everything a Project hands out is valid as long as the Project.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/manifest.h"
#include "diagnostic/error.h"

namespace plowline {

enum class NodeId : std::uint32_t {};

constexpr std::size_t index_of(NodeId id) {
  return static_cast<std::size_t>(id);
}

class Project {
 public:
  // Takes the manifest over. Cost: O(nodes log nodes + edges). Errors: a cycle (named in full). Warnings: edges to
  // nodes that the manifest does not hold (they are left out); unique_ids that stand twice (the later record counts).
  static Result<Project> build(Manifest manifest, Warnings& warnings);

  const ManifestMetadata& metadata() const { return manifest_.metadata; }
  const std::string& manifest_file() const { return manifest_.file.name(); }
  int schema_version() const { return manifest_.schema_version; }
  // The root project's name: from the metadata, or (before dbt 1.6) worked out from the nodes; empty where the
  // manifest does not tell.
  std::string_view root_package() const { return root_package_; }

  // Number of nodes; ids go from 0 to size() - 1 in the order of their unique_ids.
  std::size_t size() const { return records_.size(); }
  const NodeRecord& node(NodeId id) const { return manifest_.nodes[records_[index_of(id)]]; }
  // The type of node(id). Kept apart from the records, which lie far from each other in memory: whoever looks for the
  // nodes of a type need not fetch all of them.
  ResourceType type(NodeId id) const { return types_[index_of(id)]; }
  // Where nodes of that type stand: ids from `begin` to before `end`. (They lie together, as unique_ids begin with the
  // type; of manifests where they do not, others lie among them.)
  struct IdRange {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  IdRange range_of(ResourceType type) const { return ranges_[static_cast<std::size_t>(type)]; }
  // The node of that unique_id. O(1).
  std::optional<NodeId> find(std::string_view unique_id) const;

  // Direct parents and children, in the order of their ids, each once.
  std::span<const NodeId> parents(NodeId id) const { return slice(parent_starts_, parents_, id); }
  std::span<const NodeId> children(NodeId id) const { return slice(child_starts_, children_, id); }

  // False for the few nodes that a manifest holds although `config.enabled` is false: dbt never selects them.
  bool enabled(NodeId id) const { return enabled_[index_of(id)]; }

  // The node's config (also meta, columns, …), parsed. An error names the file, the node and the byte.
  Result<JsonText> read(NodeId id, RawJson NodeRecord::* member) const;
  Result<JsonText> config(NodeId id) const { return read(id, &NodeRecord::config); }
  // `config.materialized`; empty where there is none.
  Result<std::string> materialized(NodeId id) const;

  std::span<const NodeRecord> disabled() const { return manifest_.disabled; }
  std::span<const MacroRecord> macros() const { return manifest_.macros; }
  std::span<const DocRecord> docs() const { return manifest_.docs; }
  std::span<const GroupRecord> groups() const { return manifest_.groups; }
  // The YAML selectors that dbt resolved into the manifest, as an object by name; null where there are none.
  Result<JsonText> selectors() const;

  // Every package that owns a node, sorted.
  std::vector<std::string_view> packages() const;

 private:
  friend class ProjectBuilder;
  explicit Project(Manifest manifest) : manifest_(std::move(manifest)) {}
  static std::span<const NodeId> slice(const std::vector<std::uint32_t>& starts, const std::vector<NodeId>& ids,
                                       NodeId id) {
    const std::size_t i = index_of(id);
    return {ids.data() + starts[i], starts[i + 1] - starts[i]};
  }

  // `raw` parsed, with a full position in its error; `path` says which part of the manifest it is.
  Result<JsonText> parsed(RawJson raw, std::string path) const;

  struct Slot {
    std::uint32_t hash = 0;     // the upper half
    std::uint32_t next_id = 0;  // NodeId + 1; 0: the slot is free
  };

  Manifest manifest_;                   // its nodes stay in the file's order: moving them is not worth its cost
  std::vector<std::uint32_t> records_;  // by NodeId: the place in manifest_.nodes
  std::vector<std::string_view> ids_;   // by NodeId: the unique_id
  std::string_view root_package_;
  std::vector<std::uint32_t> parent_starts_;
  std::vector<std::uint32_t> child_starts_;
  std::vector<NodeId> parents_;
  std::vector<NodeId> children_;
  std::vector<Slot> slots_;  // open addressing over unique_id
  std::vector<bool> enabled_;
  std::vector<ResourceType> types_;
  std::array<IdRange, kResourceTypes> ranges_;  // by ResourceType
};

}  // namespace plowline
