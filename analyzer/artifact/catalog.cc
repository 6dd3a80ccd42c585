#include "artifact/catalog.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <system_error>
#include <utility>

#include "artifact/schema_name.h"

namespace plowline {
namespace {

// --- the file's members ----------------------------------------------------------------------------------------------

struct ColumnInCatalog {
  std::string_view name;
  std::string_view type;
  std::string_view comment;
  RawJson index;
};

struct RelationInCatalog {
  std::string_view type;
  std::string_view database;
  std::string_view schema;
  std::string_view name;
  std::string_view comment;
  std::string_view owner;
};

struct StatInCatalog {
  RawJson value;
};

struct StatsInCatalog {
  StatInCatalog rows;
  StatInCatalog bytes;
  RawJson whole;
};

struct TableInCatalog {
  std::string_view unique_id;
  RelationInCatalog relation;
  std::vector<ColumnInCatalog> columns;
  StatsInCatalog stats;
};

struct CatalogFile {
  CatalogMetadata metadata;
  std::string_view generated_at;  // before v1
  std::vector<TableInCatalog> tables;
  StringList errors;
  // What only other artifacts have.
  RawJson macros;                 // manifest.json
  RawJson results;                // run_results.json, sources.json
  RawJson project_configuration;  // semantic_manifest.json
};

struct CatalogShapes {
  Shape metadata{{
      member<&CatalogMetadata::dbt_schema_version>("dbt_schema_version"),
      lenient(member<&CatalogMetadata::dbt_version>("dbt_version")),
      lenient(member<&CatalogMetadata::generated_at>("generated_at")),
      lenient(member<&CatalogMetadata::invocation_id>("invocation_id")),
  }};
  Shape column{{
                   member<&ColumnInCatalog::name>("name"),
                   member<&ColumnInCatalog::type>("type"),
                   lenient(member<&ColumnInCatalog::comment>("comment")),
                   member<&ColumnInCatalog::index>("index"),
               },
               place_of<&ColumnInCatalog::name>()};
  Shape relation{{
      lenient(member<&RelationInCatalog::type>("type")),
      lenient(member<&RelationInCatalog::database>("database")),
      member<&RelationInCatalog::schema>("schema"),
      member<&RelationInCatalog::name>("name"),
      lenient(member<&RelationInCatalog::comment>("comment")),
      lenient(member<&RelationInCatalog::owner>("owner")),
  }};
  Shape stat{{
      member<&StatInCatalog::value>("value"),
  }};
  Shape stats{{
                  lenient(member<&StatsInCatalog::rows>("row_count", stat)),   // Snowflake
                  lenient(member<&StatsInCatalog::rows>("num_rows", stat)),    // BigQuery
                  lenient(member<&StatsInCatalog::rows>("rows", stat)),        // Redshift, Spark, Databricks
                  lenient(member<&StatsInCatalog::bytes>("bytes", stat)),      // Snowflake, Spark, Databricks
                  lenient(member<&StatsInCatalog::bytes>("num_bytes", stat)),  // BigQuery
                  lenient(member<&StatsInCatalog::bytes>("size", stat)),       // Redshift
              },
              nullptr,
              place_of<&StatsInCatalog::whole>()};
  // (dbt also writes `unique_id` into the record: the key it stands under.)
  Shape table{{
                  member<&TableInCatalog::relation>("metadata", relation),
                  member<&TableInCatalog::columns>("columns", column),
                  lenient(member<&TableInCatalog::stats>("stats", stats)),
              },
              place_of<&TableInCatalog::unique_id>()};
  Shape top{{
      member<&CatalogFile::metadata>("metadata", metadata),
      lenient(member<&CatalogFile::generated_at>("generated_at")),
      member<&CatalogFile::tables>("nodes", table),
      member<&CatalogFile::tables>("sources", table),
      lenient(member<&CatalogFile::errors>("errors")),
      member<&CatalogFile::macros>("macros"),
      member<&CatalogFile::results>("results"),
      member<&CatalogFile::project_configuration>("project_configuration"),
  }};
  // Enough to tell which artifact it is.
  Shape schema{{
      lenient(member<&CatalogMetadata::dbt_schema_version>("dbt_schema_version")),
  }};
  Shape signs{{
      lenient(member<&CatalogFile::metadata>("metadata", schema)),
      member<&CatalogFile::macros>("macros"),
      member<&CatalogFile::results>("results"),
      member<&CatalogFile::project_configuration>("project_configuration"),
  }};
};

const CatalogShapes& shapes() {
  static const CatalogShapes all;
  return all;
}

// --- which artifact --------------------------------------------------------------------------------------------------

constexpr int kNewestCatalogSchema = 1;

// Where dbt wrote no schema into it: what the members tell.
std::string_view guessed_artifact(const CatalogFile& top) {
  if (!top.results.empty()) return "run_results.json";
  if (!top.project_configuration.empty()) return "semantic_manifest.json";
  return top.macros.empty() ? "" : "manifest.json";
}

Result<void> refuse_other_artifact(const CatalogFile& top, const FileBytes& file) {
  const SchemaName schema = schema_name_from(top.metadata.dbt_schema_version);
  if (schema.artifact == "catalog") return {};
  const std::string other(schema.artifact.empty() ? guessed_artifact(top) : artifact_file_name(schema.artifact));
  if (other.empty()) return {};
  return input_error(file.name(), {schema.artifact.empty() ? "$" : "$.metadata.dbt_schema_version", std::nullopt},
                     fmt::format("this is dbt's {}, not a catalog.json", other),
                     "name the catalog.json that dbt docs generate wrote beside it");
}

// The error to report where the file could not be read as a catalog: that it is another artifact says more than which
// of its members has a strange type. The readers below name the command that writes a manifest.
Error best_error(Error error, const FileBytes& file, Arena& arena) {
  CatalogFile top;
  if (read_object(file, shapes().signs, &top, arena)) {
    if (auto right = refuse_other_artifact(top, file); !right) return std::move(right.error());
  }
  constexpr std::string_view kWritesManifest = "dbt parse";
  const std::size_t command = error.next_step.find(kWritesManifest);
  if (command != std::string::npos) error.next_step.replace(command, kWritesManifest.size(), "dbt docs generate");
  return error;
}

void warn_of_newer_schema(int version, const std::string& file, Warnings& warnings) {
  if (version <= kNewestCatalogSchema) return;
  warnings.push_back({"newer-catalog-schema",
                      fmt::format("{} has catalog schema v{}; the newest that this plowline knows is v{}", file,
                                  version, kNewestCatalogSchema),
                      "it is read all the same; look for a newer plowline",
                      {}});
}

// --- records ---------------------------------------------------------------------------------------------------------

// A JSON number, or a string that holds one.
std::optional<double> number_in(RawJson raw) {
  std::string_view text = raw.bytes;
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

constexpr double kLargestExact = 9007199254740992;  // 2^53: up to here a double holds every whole number

std::optional<std::int64_t> index_in(RawJson raw) {
  const auto value = number_in(raw);
  if (!value || std::abs(*value) > kLargestExact || *value != std::floor(*value)) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<std::uint64_t> count_in(RawJson raw) {
  const auto value = number_in(raw);
  constexpr double kBeyond = 18446744073709551616.0;  // 2^64
  if (!value || *value < 0 || *value >= kBeyond) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

constexpr std::string_view kUnknownColumn = "<unknown>";  // dbt-bigquery's, for a table whose columns are not known

std::int64_t place_in_order(const CatalogColumn& column) {
  return column.index.value_or(std::numeric_limits<std::int64_t>::max());
}

std::vector<CatalogColumn> ordered(const std::vector<ColumnInCatalog>& read) {
  std::vector<CatalogColumn> columns;
  columns.reserve(read.size());
  for (const ColumnInCatalog& column : read) {
    if (column.name == kUnknownColumn) continue;
    columns.push_back({column.name, column.type, column.comment, index_in(column.index)});
  }
  if (!std::ranges::is_sorted(columns, {}, place_in_order)) std::ranges::stable_sort(columns, {}, place_in_order);
  return columns;
}

CatalogTable table_from(const TableInCatalog& read) {
  const RelationInCatalog& relation = read.relation;
  return {read.unique_id,
          relation.type,
          relation_kind_from(relation.type),
          relation.database,
          relation.schema,
          relation.name,
          relation.comment,
          relation.owner,
          ordered(read.columns),
          count_in(read.stats.rows.value),
          count_in(read.stats.bytes.value),
          read.stats.whole};
}

// In the order of their unique_ids; of two with one unique_id the later.
std::vector<CatalogTable> tables_from(std::vector<TableInCatalog> read) {
  std::ranges::stable_sort(read, {}, &TableInCatalog::unique_id);
  std::vector<CatalogTable> tables;
  tables.reserve(read.size());
  for (TableInCatalog& table : read) {
    if (!tables.empty() && tables.back().unique_id == table.unique_id) tables.pop_back();
    tables.push_back(table_from(table));
    table.columns = {};
  }
  return tables;
}

// --- relation kinds --------------------------------------------------------------------------------------------------

// dbt-adapters' catalog macros; Databricks: information_schema.tables; Athena: TableType; DuckDB, Oracle: theirs.
constexpr std::array<std::pair<std::string_view, RelationKind>, 35> kKinds{{
    {"BASE TABLE", RelationKind::kTable},
    {"TABLE", RelationKind::kTable},
    {"MANAGED", RelationKind::kTable},                // Databricks, Hive
    {"MANAGED TABLE", RelationKind::kTable},          // Glue
    {"MANAGED SHALLOW CLONE", RelationKind::kTable},  // Databricks
    {"STREAMING TABLE", RelationKind::kTable},        // Databricks
    {"ICEBERG TABLE", RelationKind::kTable},          // Athena
    {"HYBRID TABLE", RelationKind::kTable},           // Snowflake
    {"EVENT TABLE", RelationKind::kTable},            // Snowflake
    {"TRANSIENT TABLE", RelationKind::kTable},        // Snowflake
    {"TEMPORARY TABLE", RelationKind::kTable},        // Snowflake
    {"LOCAL TEMPORARY", RelationKind::kTable},        // Postgres, DuckDB: information_schema
    {"GLOBAL TEMPORARY", RelationKind::kTable},       // Oracle
    {"TEMP", RelationKind::kTable},                   // Oracle
    {"IOT", RelationKind::kTable},                    // Oracle: index-organized
    {"CLONE", RelationKind::kTable},                  // BigQuery
    {"SNAPSHOT", RelationKind::kTable},               // BigQuery: a table's copy as of a moment
    {"INCREMENTAL", RelationKind::kTable},
    {"SEED", RelationKind::kTable},
    {"VIEW", RelationKind::kView},
    {"LATE BINDING VIEW", RelationKind::kView},  // Redshift
    {"METRIC VIEW", RelationKind::kView},        // Databricks
    {"VIRTUAL VIEW", RelationKind::kView},       // Glue, Hive
    {"SYSTEM VIEW", RelationKind::kView},
    {"SECURE VIEW", RelationKind::kView},
    {"MATERIALIZED VIEW", RelationKind::kMaterializedView},
    {"MATERIALIZEDVIEW", RelationKind::kMaterializedView},  // Athena
    {"DYNAMIC TABLE", RelationKind::kMaterializedView},     // Snowflake
    {"EXTERNAL", RelationKind::kExternal},                  // BigQuery, Databricks
    {"EXTERNAL TABLE", RelationKind::kExternal},            // Snowflake, Redshift, Glue
    {"EXTERNAL SHALLOW CLONE", RelationKind::kExternal},    // Databricks
    {"FOREIGN", RelationKind::kExternal},                   // Databricks
    {"FOREIGN TABLE", RelationKind::kExternal},             // Postgres
    {"FOREIGN TABLE SHALLOW CLONE", RelationKind::kExternal},
    {"SHARED TABLE", RelationKind::kExternal},  // Redshift: a datashare's
}};

char upper_word_character(char c) {
  if (c == '_' || c == '-') return ' ';
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

std::string_view to_string(RelationKind kind) {
  switch (kind) {
    case RelationKind::kTable:
      return "table";
    case RelationKind::kView:
      return "view";
    case RelationKind::kMaterializedView:
      return "materialized view";
    case RelationKind::kExternal:
      return "external table";
    case RelationKind::kOther:
      break;
  }
  return "other";
}

RelationKind relation_kind_from(std::string_view word) {
  const auto found = std::ranges::find_if(kKinds, [word](const auto& known) {
    return std::ranges::equal(known.first, word, {}, {}, upper_word_character);
  });
  return found == kKinds.end() ? RelationKind::kOther : found->second;
}

const CatalogTable* Catalog::find(std::string_view unique_id) const {
  const auto found = std::ranges::lower_bound(tables, unique_id, {}, &CatalogTable::unique_id);
  return found != tables.end() && found->unique_id == unique_id ? &*found : nullptr;
}

Result<Catalog> read_catalog(const std::filesystem::path& file, Warnings& warnings) {
  auto bytes = FileBytes::read(file);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  return read_catalog(std::move(*bytes), warnings);
}

Result<Catalog> read_catalog(FileBytes file, Warnings& warnings) {
  auto arena = std::make_unique<Arena>();
  CatalogFile top;
  std::vector<std::string_view> keys;
  const JsonSource source{file.text(), file.name(), file.skipped()};
  if (auto read = read_object(source, shapes().top, &top, *arena, &keys); !read)
    return std::unexpected(best_error(std::move(read.error()), file, *arena));
  if (auto right = refuse_other_artifact(top, file); !right) return std::unexpected(std::move(right.error()));
  if (std::ranges::find(keys, "nodes") == keys.end()) {
    return input_error(file.name(), {"$", std::nullopt},
                       "this is JSON, but not a catalog.json of dbt: it has no `nodes`",
                       "name the catalog.json that dbt docs generate wrote into its target folder");
  }
  const SchemaName schema = schema_name_from(top.metadata.dbt_schema_version);
  warn_of_newer_schema(schema.version, file.name(), warnings);
  if (top.metadata.generated_at.empty()) top.metadata.generated_at = top.generated_at;
  return Catalog{std::move(file), std::move(arena), top.metadata, schema.version, tables_from(std::move(top.tables)),
                 top.errors};
}

}  // namespace plowline
