// dbt's manifest.json as typed records, whatever dbt version wrote it.
//
// Every spelling that any manifest schema used (v1 to v12, the unversioned one before, v20, and the Rust engine's) is
// known in manifest.cc and nowhere else: records hold one name per concept. Members that few commands need stay
// unparsed (RawJson). Records are views into the Manifest that read_manifest returns.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/file.h"
#include "artifact/json.h"
#include "artifact/manifest_halves.h"
#include "diagnostic/error.h"

namespace plowline {

enum class ResourceType : std::uint8_t {
  kModel,
  kSeed,
  kSnapshot,
  kAnalysis,
  kTest,       // generic (has test_metadata) and singular
  kOperation,  // a hook
  kSource,
  kExposure,
  kMetric,
  kSemanticModel,
  kSavedQuery,
  kUnitTest,
  kFunction,
  kOther,  // a kind that this version of plowline does not know; kept in the graph
};
inline constexpr std::size_t kResourceTypes = static_cast<std::size_t>(ResourceType::kOther) + 1;

// dbt's own word: `model`, `semantic_model`, …; `other` for kOther.
std::string_view to_string(ResourceType type);
ResourceType resource_type_from(std::string_view word);

struct DependsOn {
  StringList nodes;   // unique_ids
  StringList macros;  // unique_ids
};

struct Checksum {
  std::string_view name;  // `sha256`, `path`, `none`
  std::string_view checksum;
};

// Anything that stands in the graph: a node, source, exposure, metric, semantic model, saved query, unit test,
// function.
struct NodeRecord {
  std::string_view unique_id;
  std::string_view resource_word;  // `resource_type` as written
  ResourceType resource_type = ResourceType::kOther;
  std::string_view name;
  std::string_view package_name;
  std::string_view path;                // relative to the resource folder
  std::string_view original_file_path;  // relative to the package's root
  std::string_view patch_path;          // `package://models/x.yml`; before v4 without `package://`
  StringList fqn;
  StringList tags;
  std::string_view alias;
  std::string_view database;
  std::string_view schema;
  std::string_view identifier;  // sources
  std::string_view relation_name;
  std::string_view source_name;  // sources
  std::string_view access;       // models
  std::string_view group;
  std::string_view language;
  std::string_view column_name;    // column tests
  std::string_view attached_node;  // generic tests: the unique_id they are attached to
  DependsOn depends_on;
  Checksum checksum;
  RawJson version;         // a number or a string
  RawJson latest_version;  // a number or a string
  RawJson deprecation_date;
  RawJson config;
  RawJson unrendered_config;
  RawJson meta;
  RawJson columns;
  RawJson description;
  RawJson raw_code;
  RawJson compiled_code;
  RawJson test_metadata;
  RawJson contract;
  RawJson refs;
  // The whole record's text. For what no member above holds.
  RawJson whole;
};

struct MacroRecord {
  std::string_view unique_id;
  std::string_view name;
  std::string_view package_name;
  std::string_view original_file_path;
  std::string_view patch_path;
  DependsOn depends_on;
  RawJson macro_sql;
  RawJson description;
  RawJson arguments;
  RawJson meta;
};

struct DocRecord {
  std::string_view unique_id;
  std::string_view name;
  std::string_view package_name;
  std::string_view original_file_path;
  RawJson block_contents;
};

struct GroupRecord {
  std::string_view unique_id;
  std::string_view name;
  std::string_view package_name;
  std::string_view original_file_path;
  RawJson owner;
};

struct ManifestMetadata {
  std::string_view dbt_schema_version;  // the URL; empty before v1
  std::string_view dbt_version;
  std::string_view generated_at;
  std::string_view invocation_id;
  std::string_view project_name;  // since dbt 1.6
  std::string_view project_id;    // MD5 of the root project's name, in hexadecimal
  std::string_view adapter_type;
  RawJson quoting;
};

struct Manifest {
  // The file's bytes and the strings that had escapes: what all the views below point into.
  FileBytes file;
  std::unique_ptr<Arena> arena;
  // A big file is read in two halves: the second thread's strings, and the record that lay at the seam.
  std::unique_ptr<Arena> second_arena;
  std::optional<ManifestHalves> halves;

  ManifestMetadata metadata;
  int schema_version = 0;  // from dbt_schema_version; 0 where there is none
  std::vector<NodeRecord>
      nodes;  // all that stand in the graph, in the file's order; where a unique_id stands twice, the later counts
  std::vector<NodeRecord> disabled;  // unique_ids may repeat
  std::vector<MacroRecord> macros;
  std::vector<DocRecord> docs;
  std::vector<GroupRecord> groups;
  RawJson selectors;  // YAML selectors by name, resolved by dbt
};

// Reads and closes `file`. Cost: one copy of the file and one pass over it. Errors (exit status 3): every way in which
// the file can be unreadable, cut, not JSON, another artifact (which one is said), or of a wrong shape. Warnings: a
// schema version newer than known.
Result<Manifest> read_manifest(const std::filesystem::path& file, Warnings& warnings);
Result<Manifest> read_manifest(FileBytes file, Warnings& warnings);

// From this size on two threads read a manifest, each one half of it.
inline constexpr std::size_t kReadInHalvesFrom = std::size_t{8} << 20;
// The same with another such size.
Result<Manifest> read_manifest(FileBytes file, std::size_t in_halves_from, Warnings& warnings);

// The position of `raw` in the manifest's file, with what `path` leads there.
Position position_of(const Manifest& manifest, RawJson raw, std::string path);

}  // namespace plowline
