#include "artifact/manifest.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <functional>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>

#include "artifact/schema_name.h"

namespace plowline {
namespace {

// --- the manifest's members, in every spelling that dbt ever used ----------------------------------------------------

// The file's top level. All that stands in the graph goes into one vector.
struct ManifestFile {
  ManifestMetadata metadata;
  std::vector<NodeRecord> nodes;
  std::vector<NodeRecord> disabled;
  std::vector<MacroRecord> macros;
  std::vector<DocRecord> docs;
  std::vector<GroupRecord> groups;
  RawJson selectors;
  // What only other artifacts have.
  RawJson results;                // run_results.json, sources.json
  RawJson project_configuration;  // semantic_manifest.json
};

struct Shapes {
  Shape metadata{{
      member<&ManifestMetadata::dbt_schema_version>("dbt_schema_version"),
      lenient(member<&ManifestMetadata::dbt_version>("dbt_version")),
      lenient(member<&ManifestMetadata::generated_at>("generated_at")),
      lenient(member<&ManifestMetadata::invocation_id>("invocation_id")),
      lenient(member<&ManifestMetadata::project_name>("project_name")),
      lenient(member<&ManifestMetadata::project_id>("project_id")),
      lenient(member<&ManifestMetadata::adapter_type>("adapter_type")),
      member<&ManifestMetadata::quoting>("quoting"),
  }};
  Shape depends_on{{
      member<&DependsOn::nodes>("nodes"),
      member<&DependsOn::macros>("macros"),
  }};
  Shape checksum{{
      member<&Checksum::name>("name"),
      member<&Checksum::checksum>("checksum"),
  }};
  Shape node{{
                 member<&NodeRecord::unique_id>("unique_id"),
                 member<&NodeRecord::resource_word>("resource_type"),
                 member<&NodeRecord::name>("name"),
                 member<&NodeRecord::package_name>("package_name"),
                 lenient(member<&NodeRecord::path>("path")),
                 lenient(member<&NodeRecord::original_file_path>("original_file_path")),
                 lenient(member<&NodeRecord::patch_path>("patch_path")),
                 member<&NodeRecord::fqn>("fqn"),
                 member<&NodeRecord::tags>("tags"),
                 lenient(member<&NodeRecord::alias>("alias")),
                 lenient(member<&NodeRecord::database>("database")),
                 lenient(member<&NodeRecord::schema>("schema")),
                 lenient(member<&NodeRecord::identifier>("identifier")),
                 lenient(member<&NodeRecord::relation_name>("relation_name")),
                 lenient(member<&NodeRecord::source_name>("source_name")),
                 lenient(member<&NodeRecord::access>("access")),
                 lenient(member<&NodeRecord::group>("group")),
                 lenient(member<&NodeRecord::language>("language")),
                 lenient(member<&NodeRecord::column_name>("column_name")),
                 lenient(member<&NodeRecord::attached_node>("attached_node")),
                 member<&NodeRecord::depends_on>("depends_on", depends_on),
                 lenient(member<&NodeRecord::checksum>("checksum", checksum)),  // a unit test's is a string
                 member<&NodeRecord::version>("version"),
                 member<&NodeRecord::latest_version>("latest_version"),
                 member<&NodeRecord::deprecation_date>("deprecation_date"),
                 member<&NodeRecord::config>("config"),
                 member<&NodeRecord::unrendered_config>("unrendered_config"),
                 member<&NodeRecord::meta>("meta"),
                 member<&NodeRecord::columns>("columns"),
                 member<&NodeRecord::description>("description"),
                 member<&NodeRecord::raw_code>("raw_code"),
                 member<&NodeRecord::raw_code>("raw_sql"),  // before v7
                 member<&NodeRecord::compiled_code>("compiled_code"),
                 member<&NodeRecord::compiled_code>("compiled_sql"),  // before v7
                 member<&NodeRecord::test_metadata>("test_metadata"),
                 member<&NodeRecord::contract>("contract"),
                 member<&NodeRecord::refs>("refs"),
             },
             place_of<&NodeRecord::unique_id>(),
             place_of<&NodeRecord::whole>()};
  Shape macro{{
                  member<&MacroRecord::unique_id>("unique_id"),
                  member<&MacroRecord::name>("name"),
                  member<&MacroRecord::package_name>("package_name"),
                  lenient(member<&MacroRecord::original_file_path>("original_file_path")),
                  lenient(member<&MacroRecord::patch_path>("patch_path")),
                  member<&MacroRecord::depends_on>("depends_on", depends_on),
                  member<&MacroRecord::macro_sql>("macro_sql"),
                  member<&MacroRecord::description>("description"),
                  member<&MacroRecord::arguments>("arguments"),
                  member<&MacroRecord::meta>("meta"),
              },
              place_of<&MacroRecord::unique_id>()};
  Shape doc{{
                member<&DocRecord::unique_id>("unique_id"),
                member<&DocRecord::name>("name"),
                member<&DocRecord::package_name>("package_name"),
                lenient(member<&DocRecord::original_file_path>("original_file_path")),
                member<&DocRecord::block_contents>("block_contents"),
            },
            place_of<&DocRecord::unique_id>()};
  Shape group{{
                  member<&GroupRecord::unique_id>("unique_id"),
                  member<&GroupRecord::name>("name"),
                  member<&GroupRecord::package_name>("package_name"),
                  lenient(member<&GroupRecord::original_file_path>("original_file_path")),
                  member<&GroupRecord::owner>("owner"),
              },
              place_of<&GroupRecord::unique_id>()};
  Shape top{{
      member<&ManifestFile::metadata>("metadata", metadata),
      member<&ManifestFile::nodes>("nodes", node),
      member<&ManifestFile::nodes>("sources", node),
      member<&ManifestFile::nodes>("exposures", node),
      member<&ManifestFile::nodes>("metrics", node),
      member<&ManifestFile::nodes>("semantic_models", node),
      member<&ManifestFile::nodes>("saved_queries", node),
      member<&ManifestFile::nodes>("unit_tests", node),
      member<&ManifestFile::nodes>("functions", node),
      member<&ManifestFile::disabled>("disabled", node),
      member<&ManifestFile::macros>("macros", macro),
      member<&ManifestFile::docs>("docs", doc),
      member<&ManifestFile::groups>("groups", group),
      member<&ManifestFile::selectors>("selectors"),
      member<&ManifestFile::results>("results"),
      member<&ManifestFile::project_configuration>("project_configuration"),
  }};
  // Enough to tell which artifact it is.
  Shape schema{{
      lenient(member<&ManifestMetadata::dbt_schema_version>("dbt_schema_version")),
  }};
  Shape signs{{
      lenient(member<&ManifestFile::metadata>("metadata", schema)),
      member<&ManifestFile::results>("results"),
      member<&ManifestFile::project_configuration>("project_configuration"),
  }};
};

const Shapes& shapes() {
  static const Shapes all;
  return all;
}

// --- resource types --------------------------------------------------------------------------------------------------

constexpr std::array<std::pair<std::string_view, ResourceType>, 13> kResourceWords{{
    {"model", ResourceType::kModel},
    {"seed", ResourceType::kSeed},
    {"snapshot", ResourceType::kSnapshot},
    {"analysis", ResourceType::kAnalysis},
    {"test", ResourceType::kTest},
    {"operation", ResourceType::kOperation},
    {"source", ResourceType::kSource},
    {"exposure", ResourceType::kExposure},
    {"metric", ResourceType::kMetric},
    {"semantic_model", ResourceType::kSemanticModel},
    {"saved_query", ResourceType::kSavedQuery},
    {"unit_test", ResourceType::kUnitTest},
    {"function", ResourceType::kFunction},
}};

// Where a record does not say its own resource type, its unique_id does: `source.shop.raw.orders`.
void complete(NodeRecord& node) {
  if (node.resource_word.empty()) node.resource_word = node.unique_id.substr(0, node.unique_id.find('.'));
  node.resource_type = resource_type_from(node.resource_word);
}

// --- which artifact --------------------------------------------------------------------------------------------------

constexpr int kNewestSchema = 12;
constexpr int kRustSchema = 20;  // what dbt 2 wrote before it went back to 12

// Where dbt wrote no schema into it: what the members tell.
std::string_view guessed_artifact(const ManifestFile& top) {
  if (!top.results.empty()) return "run_results.json";
  if (!top.project_configuration.empty()) return "semantic_manifest.json";
  const bool has_nodes_of_a_catalog = !top.nodes.empty() && top.nodes.front().name.empty();
  const bool manifest = !top.macros.empty() || !top.metadata.project_id.empty();
  return has_nodes_of_a_catalog && !manifest ? "catalog.json" : "";
}

Result<void> refuse_other_artifact(const ManifestFile& top, const FileBytes& file) {
  const SchemaName schema = schema_name_from(top.metadata.dbt_schema_version);
  if (schema.artifact == "manifest") return {};
  const std::string other(schema.artifact.empty() ? guessed_artifact(top) : artifact_file_name(schema.artifact));
  if (other.empty()) return {};
  return input_error(file.name(), {schema.artifact.empty() ? "$" : "$.metadata.dbt_schema_version", std::nullopt},
                     fmt::format("this is dbt's {}, not a manifest.json", other),
                     "name the manifest.json that dbt wrote beside it");
}

// The error to report where the file could not be read as a manifest: that it is another artifact says more than
// which of its members has a strange type.
Error best_error(Error error, const FileBytes& file, Arena& arena) {
  ManifestFile top;
  if (!read_object(file, shapes().signs, &top, arena)) return error;
  auto right = refuse_other_artifact(top, file);
  return right ? error : std::move(right.error());
}

void warn_of_newer_schema(int version, const std::string& file, Warnings& warnings) {
  if (version <= kNewestSchema || version == kRustSchema) return;
  warnings.push_back({"newer-manifest-schema",
                      fmt::format("{} has manifest schema v{}; the newest that this plowline knows is v{}", file,
                                  version, kNewestSchema),
                      "it is read all the same; compare the result with dbt's own, and look for a newer plowline",
                      {}});
}

// --- two threads -----------------------------------------------------------------------------------------------------

constexpr std::size_t kBytesPerNode = 1500;  // less than real manifests have: memory that is not touched costs nothing

using Keys = std::vector<std::string_view>;

// One half: what was read, and which keys stood at the top.
struct Half {
  ManifestFile top;
  Keys keys;
  bool well_formed = false;

  void read(std::string_view text, std::string_view name, Arena& arena) {
    top.nodes.reserve(text.size() / kBytesPerNode);
    well_formed = read_object({text, name}, shapes().top, &top, arena, &keys).has_value();
  }
};

// Whether the seam lay where it was guessed: inside the one `nodes`, which stands in no half twice.
bool is_one_manifest(const Half& first, const Half& second) {
  if (!first.well_formed || !second.well_formed || first.keys.empty() || first.keys.back() != "nodes" ||
      second.keys.empty()) {
    return false;
  }
  return std::ranges::all_of(second.keys.begin() + 1, second.keys.end(), [&](std::string_view key) {
    return std::ranges::find(first.keys, key) == first.keys.end();
  });
}

template <typename T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// No key stands in both, so at most one of them has each member.
void merge(ManifestFile& top, ManifestFile& half) {
  if (!half.metadata.dbt_schema_version.empty() || !half.metadata.dbt_version.empty()) top.metadata = half.metadata;
  append(top.nodes, half.nodes);
  append(top.disabled, half.disabled);
  append(top.macros, half.macros);
  append(top.docs, half.docs);
  append(top.groups, half.groups);
  if (!half.selectors.empty()) top.selectors = half.selectors;
  if (!half.results.empty()) top.results = half.results;
  if (!half.project_configuration.empty()) top.project_configuration = half.project_configuration;
}

// Reads a big manifest in two halves. Nothing where it is not big, or not as expected: `file` is as it was then, and is
// to be read in one piece, which also finds what is wrong with it.
std::optional<ManifestHalves> read_halves(FileBytes& file, std::size_t shortest, ManifestFile& top, Arena& arena,
                                          Arena& second_arena) {
  auto halves = ManifestHalves::split(file, shortest);
  if (!halves) return std::nullopt;
  Half first;
  Half between;
  Half second;
  std::thread helper([&] { second.read(halves->second(), file.name(), second_arena); });
  first.read(halves->first(), file.name(), arena);
  between.read(halves->between().text(), file.name(), arena);
  helper.join();
  if (!between.well_formed || between.top.nodes.size() != 1 || !is_one_manifest(first, second)) {
    halves->undo(file);
    return std::nullopt;
  }
  first.top.nodes.reserve(first.top.nodes.size() + 1 + second.top.nodes.size());
  merge(first.top, between.top);
  merge(first.top, second.top);
  top = std::move(first.top);
  return halves;
}

}  // namespace

std::string_view to_string(ResourceType type) {
  for (const auto& [word, known] : kResourceWords) {
    if (known == type) return word;
  }
  return "other";
}

ResourceType resource_type_from(std::string_view word) {
  for (const auto& [known, type] : kResourceWords) {
    if (known == word) return type;
  }
  return ResourceType::kOther;
}

Result<Manifest> read_manifest(const std::filesystem::path& file, Warnings& warnings) {
  auto bytes = FileBytes::read(file);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  return read_manifest(std::move(*bytes), warnings);
}

Result<Manifest> read_manifest(FileBytes file, Warnings& warnings) {
  return read_manifest(std::move(file), kReadInHalvesFrom, warnings);
}

Result<Manifest> read_manifest(FileBytes file, std::size_t in_halves_from, Warnings& warnings) {
  auto arena = std::make_unique<Arena>();
  auto second_arena = std::make_unique<Arena>();
  ManifestFile top;
  auto halves = read_halves(file, in_halves_from, top, *arena, *second_arena);
  if (!halves) {
    top.nodes.reserve(file.text().size() / kBytesPerNode);
    if (auto read = read_object(file, shapes().top, &top, *arena); !read) {
      return std::unexpected(best_error(std::move(read.error()), file, *arena));
    }
  }
  if (auto right = refuse_other_artifact(top, file); !right) return std::unexpected(std::move(right.error()));
  const SchemaName schema = schema_name_from(top.metadata.dbt_schema_version);
  if (top.nodes.empty() && top.macros.empty() && schema.artifact.empty()) {
    return input_error(file.name(), {"$", std::nullopt},
                       "this is JSON, but not a manifest.json of dbt: it has no `nodes`",
                       "name the manifest.json that dbt wrote into its target folder");
  }
  warn_of_newer_schema(schema.version, file.name(), warnings);
  for (NodeRecord& node : top.nodes) complete(node);
  for (NodeRecord& node : top.disabled) complete(node);
  return Manifest{std::move(file),       std::move(arena),    std::move(second_arena), std::move(halves),
                  top.metadata,          schema.version,      std::move(top.nodes),    std::move(top.disabled),
                  std::move(top.macros), std::move(top.docs), std::move(top.groups),   top.selectors};
}

Position position_of(const Manifest& manifest, RawJson raw, std::string path) {
  const auto inside = [&](std::string_view text) {
    return std::less_equal<>{}(text.data(), raw.bytes.data()) &&
           std::less<>{}(raw.bytes.data(), text.data() + text.size());
  };
  const auto offset_in = [&](std::string_view text) {
    return static_cast<std::size_t>(raw.bytes.data() - text.data());
  };
  const std::size_t skipped = manifest.file.skipped();
  if (manifest.halves && inside(manifest.halves->between().text())) {
    const std::size_t in_record = offset_in(manifest.halves->between().text()) - ManifestHalves::kBetweenPrefix;
    return {std::move(path), manifest.halves->between_origin() + in_record + skipped};
  }
  return {std::move(path), offset_in(manifest.file.text()) + skipped};
}

}  // namespace plowline
