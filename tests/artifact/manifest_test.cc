#include "artifact/manifest.h"

#include <algorithm>
#include <array>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/file.h"

using namespace plowline;
using nlohmann::json;

namespace {

Result<Manifest> read(const std::string& text, Warnings& warnings) {
  return read_manifest(FileBytes::copy_of(text, "manifest.json"), warnings);
}

Manifest read_or_fail(const std::string& text) {
  Warnings warnings;
  auto manifest = read(text, warnings);
  if (!manifest) FAIL(to_text(manifest.error()));
  CHECK(warnings.empty());
  return std::move(*manifest);
}

json with_schema(std::string_view version, json nodes) {
  return {
      {"metadata", {{"dbt_schema_version", fmt::format("https://schemas.getdbt.com/dbt/manifest/{}.json", version)}}},
      {"nodes", std::move(nodes)},
      {"macros", json::object()}};
}

std::vector<std::string> strings(StringList list) {
  return {list.begin(), list.end()};
}

}  // namespace

TEST_CASE("every member of a node, as dbt 1.11 writes it") {
  const std::string text = R"({
    "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.11.14",
      "generated_at": "2025-06-01T00:00:00Z", "invocation_id": "i-1", "env": {}, "project_name": "shop",
      "project_id": "abc", "adapter_type": "snowflake", "quoting": {"database": true}},
    "nodes": {"model.shop.orders": {
      "unique_id": "model.shop.orders", "resource_type": "model", "name": "orders", "package_name": "shop",
      "path": "marts/orders.sql", "original_file_path": "models/marts/orders.sql", "patch_path": "shop://models/x.yml",
      "fqn": ["shop", "marts", "orders"], "tags": ["nightly", "x"], "alias": "orders_v2", "database": "db",
      "schema": "marts", "relation_name": "\"db\".\"marts\".\"orders_v2\"", "access": "public", "group": "finance",
      "language": "sql", "depends_on": {"macros": ["macro.dbt.is_incremental"], "nodes": ["source.shop.raw.orders"]},
      "checksum": {"name": "sha256", "checksum": "beef"}, "version": 2, "latest_version": "3",
      "deprecation_date": "2026-01-01T00:00:00", "config": {"enabled": true}, "unrendered_config": {"a": 1},
      "meta": {"owner": "me"}, "columns": {"id": {}}, "description": "two\nlines", "raw_code": "select 1",
      "compiled_code": "select 2", "contract": {"enforced": false}, "refs": [{"name": "x"}], "docs": {"show": true}}},
    "sources": {"source.shop.raw.orders": {"name": "orders", "source_name": "raw", "identifier": "ORDERS",
      "resource_type": "source"}},
    "macros": {"macro.dbt.is_incremental": {"name": "is_incremental", "package_name": "dbt", "macro_sql": "{% x %}",
      "original_file_path": "macros/x.sql", "depends_on": {"macros": ["macro.dbt.y"]}, "arguments": [{"name": "a"}],
      "description": "d", "meta": {}, "patch_path": null}},
    "docs": {"doc.shop.overview": {"name": "overview", "package_name": "shop", "block_contents": "# hi",
      "original_file_path": "models/docs.md"}},
    "groups": {"group.shop.finance": {"name": "finance", "package_name": "shop", "owner": {"name": "f"},
      "original_file_path": "models/groups.yml"}},
    "selectors": {"nightly": {"definition": {}}},
    "disabled": {"model.shop.off": [{"unique_id": "model.shop.off", "resource_type": "model", "name": "off"}]}})";
  const Manifest manifest = read_or_fail(text);
  CHECK(manifest.schema_version == 12);
  CHECK(manifest.metadata.dbt_version == "1.11.14");
  CHECK(manifest.metadata.generated_at == "2025-06-01T00:00:00Z");
  CHECK(manifest.metadata.invocation_id == "i-1");
  CHECK(manifest.metadata.project_name == "shop");
  CHECK(manifest.metadata.project_id == "abc");
  CHECK(manifest.metadata.adapter_type == "snowflake");
  CHECK(manifest.metadata.quoting.bytes == R"({"database": true})");
  REQUIRE(manifest.nodes.size() == 2);
  const NodeRecord& node = manifest.nodes[0];
  CHECK(node.unique_id == "model.shop.orders");
  CHECK(node.resource_word == "model");
  CHECK(node.resource_type == ResourceType::kModel);
  CHECK(node.name == "orders");
  CHECK(node.package_name == "shop");
  CHECK(node.path == "marts/orders.sql");
  CHECK(node.original_file_path == "models/marts/orders.sql");
  CHECK(node.patch_path == "shop://models/x.yml");
  CHECK(strings(node.fqn) == std::vector<std::string>{"shop", "marts", "orders"});
  CHECK(strings(node.tags) == std::vector<std::string>{"nightly", "x"});
  CHECK(node.alias == "orders_v2");
  CHECK(node.database == "db");
  CHECK(node.schema == "marts");
  CHECK(node.relation_name == R"("db"."marts"."orders_v2")");
  CHECK(node.access == "public");
  CHECK(node.group == "finance");
  CHECK(node.language == "sql");
  CHECK(strings(node.depends_on.nodes) == std::vector<std::string>{"source.shop.raw.orders"});
  CHECK(strings(node.depends_on.macros) == std::vector<std::string>{"macro.dbt.is_incremental"});
  CHECK(node.checksum.name == "sha256");
  CHECK(node.checksum.checksum == "beef");
  CHECK(node.version.bytes == "2");
  CHECK(node.latest_version.bytes == "\"3\"");
  CHECK(node.deprecation_date.bytes == "\"2026-01-01T00:00:00\"");
  CHECK(node.config.bytes == R"({"enabled": true})");
  CHECK(node.unrendered_config.bytes == R"({"a": 1})");
  CHECK(node.meta.bytes == R"({"owner": "me"})");
  CHECK(node.columns.bytes == R"({"id": {}})");
  CHECK(check(node.description)->string() == "two\nlines");
  CHECK(node.raw_code.bytes == "\"select 1\"");
  CHECK(node.compiled_code.bytes == "\"select 2\"");
  CHECK(node.contract.bytes == R"({"enforced": false})");
  CHECK(node.refs.bytes == R"([{"name": "x"}])");
  CHECK(json::parse(node.whole.bytes)["docs"]["show"] == true);
  CHECK(position_of(manifest, node.config, "p").offset == text.find(R"({"enabled": true})"));

  const NodeRecord& source = manifest.nodes[1];
  CHECK(source.unique_id == "source.shop.raw.orders");  // from the key
  CHECK(source.resource_type == ResourceType::kSource);
  CHECK(source.source_name == "raw");
  CHECK(source.identifier == "ORDERS");

  REQUIRE(manifest.macros.size() == 1);
  CHECK(manifest.macros[0].unique_id == "macro.dbt.is_incremental");
  CHECK(strings(manifest.macros[0].depends_on.macros) == std::vector<std::string>{"macro.dbt.y"});
  CHECK(manifest.macros[0].macro_sql.bytes == "\"{% x %}\"");
  CHECK(manifest.macros[0].original_file_path == "macros/x.sql");
  CHECK(manifest.macros[0].patch_path.empty());
  REQUIRE(manifest.docs.size() == 1);
  CHECK(manifest.docs[0].block_contents.bytes == "\"# hi\"");
  REQUIRE(manifest.groups.size() == 1);
  CHECK(manifest.groups[0].owner.bytes == R"({"name": "f"})");
  CHECK(json::parse(manifest.selectors.bytes).contains("nightly"));
  REQUIRE(manifest.disabled.size() == 1);
  CHECK(manifest.disabled[0].unique_id == "model.shop.off");
  CHECK(manifest.disabled[0].resource_type == ResourceType::kModel);
}

TEST_CASE("every schema version is known; a newer one is read with one warning") {
  const json nodes{{"model.a.x", {{"name", "x"}, {"resource_type", "model"}}}};
  for (const int version : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20}) {
    CAPTURE(version);
    CHECK(read_or_fail(with_schema(fmt::format("v{}", version), nodes).dump()).schema_version == version);
  }
  for (const std::string version : {"v13", "v19", "v21", "v99999999999999999999"}) {
    CAPTURE(version);
    Warnings warnings;
    const auto manifest = read(with_schema(version, nodes).dump(), warnings);
    REQUIRE(manifest);
    CHECK(manifest->nodes.size() == 1);
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].code == "newer-manifest-schema");
  }
  Warnings warnings;
  read(with_schema("v13", nodes).dump(), warnings).value();
  CHECK(to_text(warnings[0], false) ==
        "manifest.json has manifest schema v13; the newest that this plowline knows is v12 [newer-manifest-schema]\n"
        "  it is read all the same; compare the result with dbt's own, and look for a newer plowline");
  SUBCASE("before v1 there was no schema version") {
    json old = with_schema("v1", nodes);
    old["metadata"].erase("dbt_schema_version");
    old["metadata"]["project_id"] = "abc";
    CHECK(read_or_fail(old.dump()).schema_version == 0);
  }
}

TEST_CASE("old spellings") {
  const json nodes{{"model.a.x",
                    {{"name", "x"},
                     {"raw_sql", "select 1"},
                     {"compiled_sql", "select 2"},
                     {"root_path", "/home/me"},
                     {"patch_path", "models/x.yml"},
                     {"tags", "nightly"},
                     {"config", {{"enabled", true}}}}}};
  const Manifest manifest = read_or_fail(with_schema("v4", nodes).dump());
  const NodeRecord& node = manifest.nodes[0];
  CHECK(node.raw_code.bytes == "\"select 1\"");
  CHECK(node.compiled_code.bytes == "\"select 2\"");
  CHECK(node.patch_path == "models/x.yml");
  CHECK(strings(node.tags) == std::vector<std::string>{"nightly"});
  CHECK(node.resource_type == ResourceType::kModel);  // from the unique_id

  SUBCASE("before v3 the disabled records stood in an array") {
    json old = with_schema("v2", nodes);
    old["disabled"] = {{{"unique_id", "model.a.off"}, {"name", "off"}}, {{"unique_id", "model.a.off"}, {"name", "2"}}};
    const Manifest read = read_or_fail(old.dump());
    REQUIRE(read.disabled.size() == 2);
    CHECK(read.disabled[1].name == "2");
  }
}

TEST_CASE("every resource type has a place in the graph, from every part of the manifest") {
  json manifest = with_schema("v12", json::object());
  const std::vector<std::pair<std::string, std::string>> parts{{"nodes", "model"},
                                                               {"nodes", "seed"},
                                                               {"nodes", "snapshot"},
                                                               {"nodes", "analysis"},
                                                               {"nodes", "test"},
                                                               {"nodes", "operation"},
                                                               {"sources", "source"},
                                                               {"exposures", "exposure"},
                                                               {"metrics", "metric"},
                                                               {"semantic_models", "semantic_model"},
                                                               {"saved_queries", "saved_query"},
                                                               {"unit_tests", "unit_test"},
                                                               {"functions", "function"}};
  for (const auto& [part, type] : parts) {
    manifest[part][type + ".a.x"] = {{"name", "x"}, {"resource_type", type}};
  }
  manifest["nodes"]["novelty.a.x"] = {{"name", "x"}, {"resource_type", "novelty"}};
  const Manifest read = read_or_fail(manifest.dump());
  CHECK(read.nodes.size() == parts.size() + 1);
  for (const NodeRecord& node : read.nodes) {
    const bool known = node.resource_word != "novelty";
    CHECK(to_string(node.resource_type) == (known ? node.resource_word : "other"));
    CHECK(node.unique_id == std::string(node.resource_word) + ".a.x");
  }
}

TEST_CASE("missing members have dbt's defaults, unknown ones are ignored") {
  const Manifest manifest = read_or_fail(with_schema("v12", {{"model.a.x", {{"surprise", {1, 2}}}}}).dump());
  const NodeRecord& node = manifest.nodes[0];
  CHECK(node.name.empty());
  CHECK(node.fqn.empty());
  CHECK(node.depends_on.nodes.empty());
  CHECK(node.config.empty());
  CHECK(node.version.empty());
}

TEST_CASE("null stands for nothing, wherever dbt writes it") {
  const Manifest manifest = read_or_fail(
      R"({"metadata":{"project_name":null,"adapter_type":null,"quoting":null},"sources":null,"disabled":null,
          "selectors":null,"macros":{"macro.a.m":{"name":"m","depends_on":null}},
          "nodes":{"model.a.x":{"name":"x","tags":null,"fqn":["a",null,"x"],"depends_on":{"nodes":[null,"model.a.y"],
          "macros":null},"alias":null,"config":null,"checksum":null}}})");
  CHECK(strings(manifest.nodes[0].fqn) == std::vector<std::string>{"a", "", "x"});
  CHECK(strings(manifest.nodes[0].depends_on.nodes) == std::vector<std::string>{"", "model.a.y"});
  CHECK(manifest.nodes[0].tags.empty());
  CHECK(manifest.disabled.empty());
  CHECK(manifest.selectors.empty());
}

TEST_CASE("members whose kind differs between dbt versions never stop the reading") {
  // A unit test's checksum is a string; a semantic model has no columns; the Rust engine writes numbers as strings.
  const Manifest manifest = read_or_fail(
      R"({"metadata":{"dbt_version":1.5},"macros":{},"nodes":{"unit_test.a.x":{"name":"x","checksum":"beef",
          "group":{"a":1},"access":7,"path":["a"],"patch_path":false,"version":"1"}}})");
  CHECK(manifest.nodes[0].checksum.checksum.empty());
  CHECK(manifest.nodes[0].group.empty());
  CHECK(manifest.nodes[0].version.bytes == "\"1\"");
}

TEST_CASE("names may hold any character") {
  const std::string id = "model.a.\"quoted\" \\ \n é 表 😀";
  const Manifest manifest = read_or_fail(with_schema("v12", {{id, {{"name", id}, {"fqn", {"a", id}}}}}).dump());
  CHECK(manifest.nodes[0].unique_id == id);
  CHECK(manifest.nodes[0].name == id);
  CHECK(manifest.nodes[0].fqn[1] == id);
  const json ascii = with_schema("v12", {{id, {{"name", id}}}});
  CHECK(read_or_fail(ascii.dump(2, ' ', true)).nodes[0].unique_id == id);  // as Python writes it
}

TEST_CASE("NaN and Infinity, which Python writes, may stand in config and meta") {
  const Manifest manifest = read_or_fail(
      R"({"metadata":{},"macros":{},"nodes":{"model.a.x":{"name":"x","config":{"meta":{"a":NaN},"b":-Infinity},
          "meta":Infinity,"tags":["t"]}}})");
  const auto config = check(manifest.nodes[0].config);
  REQUIRE(config);
  CHECK(config->get("b")->scalar() == "-Infinity");
  CHECK(check(manifest.nodes[0].meta)->scalar() == "Infinity");
  CHECK(strings(manifest.nodes[0].tags) == std::vector<std::string>{"t"});
}
