// catalog.json: real ones of seven adapters compared with another reader, and everything that is no catalog.
#include "artifact/catalog.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/support.h"

using namespace plowline;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

Catalog read(std::string_view text) {
  Warnings warnings;
  auto catalog = read_catalog(FileBytes::copy_of(text, "catalog.json"), warnings);
  if (!catalog) FAIL(to_text(catalog.error()));
  CHECK(warnings.empty());
  return std::move(*catalog);
}

Error refused(std::string_view text) {
  Warnings warnings;
  const auto catalog = read_catalog(FileBytes::copy_of(text, "catalog.json"), warnings);
  if (catalog) FAIL("was read: " << text.substr(0, 200));
  CHECK(catalog.error().status == ExitStatus::kInput);
  CHECK(catalog.error().file == "catalog.json");
  CHECK_FALSE(catalog.error().next_step.empty());
  return catalog.error();
}

const std::string kMetadata =
    R"("metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/catalog/v1.json","dbt_version":"1.11.14",)"
    R"("generated_at":"2026-02-02T08:00:00.000000Z","invocation_id":"5a4d9a0e","env":{}})";

const std::string kSmall =
    "{" + kMetadata +
    R"(,"nodes":{"model.shop.orders":{"metadata":{"type":"BASE TABLE","schema":"PROD","name":"ORDERS",)"
    R"("database":"SHOP","comment":"one \"row\" an order","owner":"LOADER"},"columns":{)"
    R"("B":{"type":"TEXT","index":3,"name":"B","comment":null},"A":{"type":"NUMBER","index":1,"name":"A",)"
    R"("comment":"the key"},"C":{"type":"DATE","index":10,"name":"C"}},)"
    R"("stats":{"row_count":{"id":"row_count","label":"Row Count","value":35.0,"include":true},)"
    R"("bytes":{"id":"bytes","value":"2048"},"has_stats":{"id":"has_stats","value":true}},)"
    R"("unique_id":"model.shop.orders"}},"sources":{"source.shop.raw.orders":{"metadata":{"type":"VIEW",)"
    R"("schema":"RAW","name":"ORDERS"},"columns":{},"stats":{},"unique_id":"source.shop.raw.orders"}},)"
    R"("errors":["the schema X was not found"]})";

json text_or_null(std::string_view text) {
  return text.empty() ? json() : json(text);
}

// The first member in which they differ; empty where they do not.
std::string difference(const CatalogTable& table, const json& record) {
  const json& metadata = record.at("metadata");
  const auto same = [&](std::string_view ours, const char* key) {
    return metadata.contains(key) && metadata[key].is_string() ? ours == metadata[key].get<std::string>()
                                                               : ours.empty();
  };
  if (record.at("unique_id") != table.unique_id) return "unique_id";
  if (!same(table.type, "type") || !same(table.database, "database") || !same(table.schema, "schema") ||
      !same(table.name, "name") || !same(table.comment, "comment") || !same(table.owner, "owner")) {
    return "metadata";
  }
  if (table.kind == RelationKind::kOther) return "kind";
  std::vector<json> columns;
  for (const auto& column : record.at("columns")) columns.push_back(column);
  std::ranges::stable_sort(columns, {}, [](const json& column) { return column["index"].get<std::int64_t>(); });
  if (columns.size() != table.columns.size()) return "columns";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const CatalogColumn& ours = table.columns[i];
    if (columns[i]["name"] != ours.name || columns[i]["type"] != ours.type || columns[i]["index"] != ours.index.value())
      return fmt::format("column {}", i);
    const json comment = columns[i].value("comment", json());
    if (comment != text_or_null(ours.comment) && comment != "") return fmt::format("comment of column {}", i);
  }
  if (json::parse(table.stats.bytes) != record.at("stats")) return "stats";
  for (const char* key : {"row_count", "num_rows", "rows"}) {
    if (record["stats"].contains(key) &&
        record["stats"][key]["value"].get<double>() != static_cast<double>(table.row_count.value_or(0)))
      return "row_count";
  }
  return "";
}

}  // namespace

TEST_CASE("every real catalog is what another reader makes of it") {
  const fs::path shared = testing::shared_or_skip("real catalogs of seven adapters");
  if (shared.empty()) return;
  std::size_t read = 0;
  for (const auto& entry : fs::recursive_directory_iterator(shared)) {
    if (entry.path().filename() != "catalog.json") continue;
    CAPTURE(entry.path().string());
    ++read;
    Warnings warnings;
    const auto catalog = read_catalog(entry.path(), warnings);
    if (!catalog) FAIL(to_text(catalog.error()));
    CHECK(warnings.empty());
    const json whole = json::parse(testing::read_text(entry.path()));
    CHECK(catalog->tables.size() == whole["nodes"].size() + whole["sources"].size());
    CHECK(std::ranges::is_sorted(catalog->tables, {}, &CatalogTable::unique_id));
    for (const char* group : {"nodes", "sources"}) {
      for (const auto& [unique_id, record] : whole[group].items()) {
        CAPTURE(unique_id);
        const CatalogTable* table = catalog->find(unique_id);
        REQUIRE(table != nullptr);
        CHECK(difference(*table, record) == "");
        CHECK(table->is_source() == (std::string_view(group) == "sources"));
      }
    }
    const json metadata = whole.value("metadata", json::object());
    CHECK(catalog->metadata.dbt_version == metadata.value("dbt_version", ""));
    CHECK(catalog->metadata.invocation_id == metadata.value("invocation_id", ""));
    CHECK(catalog->metadata.generated_at == metadata.value("generated_at", whole.value("generated_at", "")));
    CHECK(catalog->schema_version == (metadata.empty() ? 0 : 1));
    CHECK(catalog->errors.empty());
    CHECK(catalog->find("model.nowhere.x") == nullptr);
  }
  CHECK(read >= 12);
}

TEST_CASE("a small catalog") {
  const Catalog catalog = read(kSmall);
  CHECK(catalog.metadata.dbt_schema_version == "https://schemas.getdbt.com/dbt/catalog/v1.json");
  CHECK(catalog.metadata.dbt_version == "1.11.14");
  CHECK(catalog.metadata.generated_at == "2026-02-02T08:00:00.000000Z");
  CHECK(catalog.metadata.invocation_id == "5a4d9a0e");
  CHECK(catalog.schema_version == 1);
  REQUIRE(catalog.errors.size() == 1);
  CHECK(catalog.errors[0] == "the schema X was not found");
  REQUIRE(catalog.tables.size() == 2);

  const CatalogTable* orders = catalog.find("model.shop.orders");
  REQUIRE(orders != nullptr);
  CHECK_FALSE(orders->is_source());
  CHECK(orders->type == "BASE TABLE");
  CHECK(orders->kind == RelationKind::kTable);
  CHECK(orders->database == "SHOP");
  CHECK(orders->comment == "one \"row\" an order");
  CHECK(orders->owner == "LOADER");
  CHECK(orders->row_count == 35);
  CHECK(orders->bytes == 2048);
  REQUIRE(orders->columns.size() == 3);
  CHECK(orders->columns[0].name == "A");
  CHECK(orders->columns[0].comment == "the key");
  CHECK(orders->columns[1].name == "B");
  CHECK(orders->columns[1].type == "TEXT");
  CHECK(orders->columns[1].index == 3);
  CHECK(orders->columns[2].name == "C");

  const CatalogTable* source = catalog.find("source.shop.raw.orders");
  REQUIRE(source != nullptr);
  CHECK(source->is_source());
  CHECK(source->kind == RelationKind::kView);
  CHECK(source->columns.empty());
  CHECK_FALSE(source->row_count);
}

TEST_CASE("spellings of other versions, and what is missing") {
  SUBCASE("before v1 the time stands at the top") {
    const Catalog catalog = read(R"({"nodes":{},"sources":{},"generated_at":"2021-11-22T12:15:43Z","errors":null})");
    CHECK(catalog.metadata.generated_at == "2021-11-22T12:15:43Z");
    CHECK(catalog.schema_version == 0);
    CHECK(catalog.tables.empty());
  }
  SUBCASE("an index that is no whole number puts the column last, in the file's order") {
    const Catalog catalog =
        read(R"({"nodes":{"model.a.b":{"columns":{"x":{"index":null},"y":{"index":"2"},"z":{"index":1.5},)"
             R"("v":{"index":1.0,"type":"INT"},"w":{"index":1e300}}}}})");
    std::string names;
    for (const CatalogColumn& column : catalog.tables[0].columns) names += column.name;
    CHECK(names == "vyxzw");
    CHECK(catalog.tables[0].columns[1].index == 2);
    CHECK_FALSE(catalog.tables[0].columns[2].index);
  }
  SUBCASE("dbt-bigquery's `<unknown>` column is none") {
    const Catalog catalog = read(R"({"nodes":{},"sources":{"source.a.b.c":{"metadata":{"type":"external"},)"
                                 R"("columns":{"<unknown>":{"type":"<unknown>","index":1,"name":"<unknown>"}}}}})");
    CHECK(catalog.tables[0].columns.empty());
    CHECK(catalog.tables[0].kind == RelationKind::kExternal);
  }
  SUBCASE("a table or a member that stands twice: the later counts") {
    const Catalog catalog = read(R"({"nodes":{"model.a.b":{"metadata":{"name":"old"}},"model.a.a":{},)"
                                 R"("model.a.b":{"metadata":{"name":"new","name":"newer"}}}})");
    REQUIRE(catalog.tables.size() == 2);
    CHECK(catalog.find("model.a.b")->name == "newer");
  }
  SUBCASE("stats of a strange kind are no error") {
    const Catalog catalog =
        read(R"({"nodes":{"model.a.b":{"stats":[1,2]},"model.a.c":{"stats":{"rows":7,"bytes":{"value":-1}}},)"
             R"("model.a.d":{"stats":{"num_rows":{"value":1e30},"size":{"value":NaN}}}}})");
    for (const CatalogTable& table : catalog.tables) {
      CHECK_FALSE(table.row_count);
      CHECK_FALSE(table.bytes);
    }
  }
  SUBCASE("a newer schema is read with a warning") {
    std::string text = kSmall;
    text.replace(text.find("v1.json"), 7, "v9.json");
    Warnings warnings;
    const auto catalog = read_catalog(FileBytes::copy_of(text, "catalog.json"), warnings);
    REQUIRE(catalog);
    CHECK(catalog->tables.size() == 2);
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].code == "newer-catalog-schema");
    CHECK(warnings[0].message == "catalog.json has catalog schema v9; the newest that this plowline knows is v1");
  }
}

TEST_CASE("what is no catalog says what it is") {
  CHECK(refused(R"({"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/manifest/v12.json"},"nodes":{}})")
            .reason == "this is dbt's manifest.json, not a catalog.json");
  CHECK(refused(R"({"nodes":{"model.a.b":{"columns":[1]}},"macros":{"macro.a.b":{}}})").reason ==
        "this is dbt's manifest.json, not a catalog.json");
  CHECK(refused(R"({"results":[{"unique_id":"model.a.b"}]})").reason ==
        "this is dbt's run_results.json, not a catalog.json");
  CHECK(refused(R"({"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/run-results/v6.json"}})").reason ==
        "this is dbt's run_results.json, not a catalog.json");
  CHECK(refused(R"({"project_configuration":{},"semantic_models":[]})").reason ==
        "this is dbt's semantic_manifest.json, not a catalog.json");
  CHECK(refused("{}").reason == "this is JSON, but not a catalog.json of dbt: it has no `nodes`");
  CHECK(refused("[]").reason == "expected a JSON object, found an array");
  CHECK(refused("").reason == "the file is empty");
  CHECK(refused("<html>").reason == "this is not JSON");

  const Error error = refused(R"({"nodes":{"model.a.b":{"columns":{"x":{"type":12}}}}})");
  CHECK(error.reason == "expected a string, found a number");
  CHECK(error.position.path == R"($.nodes["model.a.b"].columns.x.type)");
  CHECK(error.next_step.find("dbt docs generate") != std::string::npos);
  CHECK(refused(R"({"nodes":{"model.a.b":{"columns":{"":{}}}}})").reason == "this record has no name");

  const testing::TemporaryFolder folder;
  Warnings warnings;
  CHECK(read_catalog(folder.path() / "catalog.json", warnings).error().reason == "there is no such file");
  CHECK(read_catalog(folder.path(), warnings).error().reason == "is a directory, not a file");
}

TEST_CASE("a catalog that is cut off or damaged anywhere is an error or a catalog, never a crash") {
  for (std::size_t length = 0; length < kSmall.size(); ++length) {
    CAPTURE(length);
    const Error error = refused(kSmall.substr(0, length));
    REQUIRE_FALSE(error.reason.empty());
    if (length > 0) REQUIRE(error.position.offset.value_or(0) <= length);
  }
  for (std::size_t at = 0; at < kSmall.size(); ++at) {
    for (const char damage : {'"', '{', ']', '\\', '\0', '9', '\xFF'}) {
      std::string text = kSmall;
      text[at] = damage;
      Warnings warnings;
      const auto catalog = read_catalog(FileBytes::copy_of(text, "catalog.json"), warnings);
      if (catalog) continue;
      REQUIRE(catalog.error().status == ExitStatus::kInput);
      REQUIRE(catalog.error().position.offset.value_or(0) <= text.size());
    }
  }
}

TEST_CASE("the adapters' words for kinds of relations") {
  for (const std::string_view word : {"BASE TABLE", "table", "Table", "MANAGED", "managed", "iceberg_table",
                                      "STREAMING_TABLE", "MANAGED_SHALLOW_CLONE", "TEMPORARY TABLE"}) {
    CAPTURE(word);
    CHECK(relation_kind_from(word) == RelationKind::kTable);
  }
  for (const std::string_view word : {"VIEW", "view", "LATE BINDING VIEW", "metric_view"}) {
    CAPTURE(word);
    CHECK(relation_kind_from(word) == RelationKind::kView);
  }
  for (const std::string_view word :
       {"MATERIALIZED VIEW", "materialized view", "MATERIALIZED_VIEW", "materialized-view", "DYNAMIC TABLE"}) {
    CAPTURE(word);
    CHECK(relation_kind_from(word) == RelationKind::kMaterializedView);
  }
  for (const std::string_view word : {"EXTERNAL TABLE", "external", "EXTERNAL", "foreign"}) {
    CAPTURE(word);
    CHECK(relation_kind_from(word) == RelationKind::kExternal);
  }
  for (const std::string_view word : {"", "TABLES", "SEQUENCE", "BASE  TABLE"}) {
    CAPTURE(word);
    CHECK(relation_kind_from(word) == RelationKind::kOther);
  }
  CHECK(to_string(RelationKind::kMaterializedView) == "materialized view");
  CHECK(to_string(RelationKind::kOther) == "other");
}
