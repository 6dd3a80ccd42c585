#include "project/project.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "artifact/file.h"
#include "artifact/manifest.h"

using namespace plowline;
using nlohmann::json;

namespace {

json node(std::vector<std::string> reads = {}) {
  return {{"name", "n"}, {"package_name", "shop"}, {"depends_on", {{"nodes", std::move(reads)}}}};
}

json manifest_of(json nodes) {
  return {{"metadata", json::object()}, {"nodes", std::move(nodes)}, {"macros", json::object()}};
}

Result<Project> build(const std::string& text, Warnings& warnings) {
  auto manifest = read_manifest(FileBytes::copy_of(text, "m.json"), warnings);
  if (!manifest) return std::unexpected(std::move(manifest.error()));
  return Project::build(std::move(*manifest), warnings);
}

Project build_or_fail(const std::string& text) {
  Warnings warnings;
  auto project = build(text, warnings);
  if (!project) FAIL(to_text(project.error()));
  return std::move(*project);
}

std::vector<std::string> ids_of(const Project& project) {
  std::vector<std::string> ids;
  for (std::uint32_t i = 0; i < project.size(); ++i) ids.emplace_back(project.node(NodeId{i}).unique_id);
  return ids;
}

}  // namespace

TEST_CASE("ids are ranks of unique_ids, byte by byte as Python sorts them") {
  std::mt19937 random(5);
  const std::string letters = "ab.z_\x7f";
  for (int round = 0; round < 60; ++round) {
    std::vector<std::string> ids;
    const std::size_t count = 1 + random() % 120;
    while (ids.size() < count) {
      // Long common beginnings, one id the beginning of another, characters of several bytes, and U+0000.
      std::string id = "model." + std::string(random() % 30, 'x');
      if (!ids.empty() && random() % 2 == 0) id = ids[random() % ids.size()];
      for (std::size_t n = random() % 12; n > 0; --n) id += letters[random() % letters.size()];
      if (random() % 8 == 0) id += "é表";
      if (random() % 8 == 0) id += std::string(random() % 3, '\0');
      ids.push_back(id);
    }
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<std::string> shuffled = ids;
    std::ranges::shuffle(shuffled, random);
    std::string text = R"({"metadata":{},"macros":{},"nodes":{)";
    for (const std::string& id : shuffled)
      text += (text.back() == '{' ? "" : ",") + json(id).dump() + R"(:{"name":"n"})";
    const Project project = build_or_fail(text + "}}");
    REQUIRE(ids_of(project) == ids);
    for (std::uint32_t i = 0; i < project.size(); ++i) REQUIRE(project.find(ids[i]) == NodeId{i});
    REQUIRE(project.find("model.nowhere") == std::nullopt);
    REQUIRE(project.find("") == std::nullopt);
  }
}

TEST_CASE("an id of many kilobytes is sorted and found like any other") {
  json nodes = json::object();
  for (int i = 0; i < 40; ++i) nodes["model.shop." + std::string(5000, 'x') + std::to_string(i * 7 % 40)] = node();
  const Project project = build_or_fail(manifest_of(nodes).dump());
  std::vector<std::string> expected;
  for (const auto& [id, record] : nodes.items()) expected.push_back(id);  // nlohmann's objects are sorted
  CHECK(ids_of(project) == expected);
}

TEST_CASE("types stand in the order of ids") {
  const Project project = build_or_fail(
      R"({"metadata":{},"macros":{},"nodes":{"test.shop.t":{"name":"t","resource_type":"test"},)"
      R"("seed.shop.s":{"name":"s","resource_type":"seed"},"model.shop.m":{"name":"m","resource_type":"model"}}})");
  REQUIRE(project.size() == 3);
  CHECK(project.type(NodeId{0}) == ResourceType::kModel);
  CHECK(project.type(NodeId{1}) == ResourceType::kSeed);
  CHECK(project.type(NodeId{2}) == ResourceType::kTest);
}

TEST_CASE("all nodes of a type stand in its range, whatever their ids begin with") {
  const Project project =
      build_or_fail(R"({"metadata":{},"macros":{},"nodes":{"a.shop.t":{"name":"t","resource_type":"test"},)"
                    R"("b.shop.m":{"name":"m","resource_type":"model"},"c.shop.t":{"name":"u","resource_type":"test"},)"
                    R"("d.shop.m":{"name":"n","resource_type":"model"}}})");
  const auto range = [&](ResourceType type) {
    const Project::IdRange ids = project.range_of(type);
    return std::pair(ids.begin, ids.end);
  };
  CHECK(range(ResourceType::kTest) == std::pair<std::size_t, std::size_t>(0, 3));
  CHECK(range(ResourceType::kModel) == std::pair<std::size_t, std::size_t>(1, 4));
  CHECK(range(ResourceType::kSeed) == std::pair<std::size_t, std::size_t>(0, 0));
}

TEST_CASE("edges lead both ways") {
  const Project project =
      build_or_fail(manifest_of({{"model.shop.b", node({"source.shop.raw.a", "model.shop.c", "source.shop.raw.a"})},
                                 {"model.shop.c", node({"source.shop.raw.a"})},
                                 {"source.shop.raw.a", node()}})
                        .dump());
  const NodeId b = *project.find("model.shop.b");
  const NodeId c = *project.find("model.shop.c");
  const NodeId a = *project.find("source.shop.raw.a");
  CHECK(std::ranges::equal(project.parents(b), std::vector{c, a}));
  CHECK(std::ranges::equal(project.children(a), std::vector{b, c}));
  CHECK(project.children(b).empty());
  CHECK(project.parents(a).empty());
}

TEST_CASE("an edge to a node that is not there is one warning, and is left out") {
  Warnings warnings;
  const auto project =
      build(manifest_of({{"model.shop.a", node({"model.shop.gone", "model.shop.b", "model.other.gone"})},
                         {"model.shop.b", node()}})
                .dump(),
            warnings);
  REQUIRE(project);
  CHECK(project->parents(*project->find("model.shop.a")).size() == 1);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].code == "dangling-depends-on");
  CHECK(to_text(warnings[0], true) ==
        "m.json: 2 edges lead to nodes that the manifest does not hold, first: "
        "model.shop.a depends on model.shop.gone [dangling-depends-on]\n"
        "  those edges are left out; dbt itself would stop: run dbt parse again\n"
        "    model.shop.a depends on model.shop.gone\n"
        "    model.shop.a depends on model.other.gone");
}

TEST_CASE("null among the parents is no edge, and no warning") {
  Warnings warnings;
  const auto project = build(
      R"({"metadata":{},"macros":{},"nodes":{"model.a.x":{"name":"x","depends_on":{"nodes":[null]}}}})", warnings);
  REQUIRE(project);
  CHECK(project->parents(NodeId{0}).empty());
  CHECK(warnings.empty());
}

TEST_CASE("a cycle is an error that names all of it and nothing else") {
  Warnings warnings;
  SUBCASE("three models, with others before and behind") {
    const auto project = build(manifest_of({{"model.shop.start", node()},
                                            {"model.shop.a", node({"model.shop.start", "model.shop.c"})},
                                            {"model.shop.b", node({"model.shop.a"})},
                                            {"model.shop.c", node({"model.shop.b"})},
                                            {"model.shop.behind", node({"model.shop.b"})}})
                                   .dump(),
                               warnings);
    REQUIRE_FALSE(project);
    CHECK(project.error().status == ExitStatus::kInput);
    CHECK(to_text(project.error()) ==
          "m.json: at $.nodes: found a cycle: "
          "model.shop.a reads model.shop.c reads model.shop.b reads model.shop.a\n"
          "  dbt refuses such a project too: remove one of these references and run dbt parse");
  }
  SUBCASE("a model that reads itself") {
    const auto project = build(manifest_of({{"model.shop.a", node({"model.shop.a"})}}).dump(), warnings);
    REQUIRE_FALSE(project);
    CHECK(project.error().reason == "found a cycle: model.shop.a reads model.shop.a");
  }
  SUBCASE("50,000 models behind each other, without taking minutes") {
    std::string text = R"({"metadata":{},"macros":{},"nodes":{)";
    for (int i = 0; i < 50000; ++i) {
      text += fmt::format(R"({}"m.{}":{{"name":"n","depends_on":{{"nodes":["m.{}"]}}}})", i == 0 ? "" : ",", i,
                          (i + 1) % 50000);
    }
    const auto project = build(text + "}}", warnings);
    REQUIRE_FALSE(project);
    CHECK(project.error().reason.starts_with("found a cycle: m.0 reads m.1 reads m.2 "));
    CHECK(project.error().reason.ends_with(" reads m.49999 reads m.0"));
  }
}

TEST_CASE("of two records with one unique_id the later counts, as for Python, with a warning") {
  Warnings warnings;
  const auto project = build(
      R"({"metadata":{},"macros":{},"nodes":{
          "model.a.x":{"name":"first","package_name":"only_here","depends_on":{"nodes":["model.a.gone"]}},
          "model.a.y":{"name":"y","package_name":"a"},
          "model.a.x":{"name":"last","package_name":"a","depends_on":{"nodes":["model.a.y"]}}}})",
      warnings);
  REQUIRE(project);
  CHECK(project->size() == 2);
  const NodeId x = *project->find("model.a.x");
  CHECK(project->node(x).name == "last");
  CHECK(std::ranges::equal(project->parents(x), std::vector{*project->find("model.a.y")}));
  CHECK(project->packages() == std::vector<std::string_view>{"a"});
  REQUIRE(warnings.size() == 1);  // and none about the first record's edge
  CHECK(warnings[0].code == "duplicate-unique-id");
  CHECK(warnings[0].message == "m.json: 1 unique_id stands more than once, first model.a.x");
}

TEST_CASE("a node is enabled unless its config says otherwise") {
  const std::map<std::string, bool> cases{
      {R"({"enabled":true,"materialized":"view"})", true},
      {R"({"enabled": true})", true},
      {R"({"enabled":false})", false},
      {R"({ "enabled" : false })", false},
      {R"({"materialized":"view","enabled":false})", false},
      {R"({"meta":{"enabled":false}})", true},
      {R"({"enabled":false,"enabled":true})", true},
      {"{}", true},
      {"null", true},
  };
  for (const auto& [config, enabled] : cases) {
    CAPTURE(config);
    const Project project =
        build_or_fail(R"({"metadata":{},"macros":{},"nodes":{"model.a.x":{"name":"x","config":)" + config + "}}}");
    CHECK(project.enabled(NodeId{0}) == enabled);
  }
}

TEST_CASE("config and its like are parsed when asked for, and an error has the place in the whole file") {
  const std::string text =
      R"({"metadata":{},"macros":{},"nodes":{"model.a.x":{"name":"x","config":{"materialized":"incremental"},)"
      R"("meta":{"owner": nobody},"columns":null}}})";
  const Project project = build_or_fail(text);
  CHECK(project.materialized(NodeId{0}) == "incremental");
  CHECK(project.read(NodeId{0}, &NodeRecord::columns)->is_null());
  const auto meta = project.read(NodeId{0}, &NodeRecord::meta);
  REQUIRE_FALSE(meta);
  CHECK(meta.error().file == "m.json");
  CHECK(meta.error().position.offset == text.find("nobody"));
  CHECK(meta.error().position.path.find("model.a.x") != std::string::npos);
}

TEST_CASE("the root package comes from the metadata, or from the MD5 of its name, or is the only one") {
  const auto root_of = [](json metadata, std::vector<std::string> packages) {
    json nodes = json::object();
    for (const std::string& package : packages) {
      nodes["model." + package + ".x"] = {{"name", "x"}, {"package_name", package}};
    }
    json manifest = manifest_of(nodes);
    manifest["metadata"] = std::move(metadata);
    const Project project = build_or_fail(manifest.dump());
    return std::string(project.root_package());
  };
  CHECK(root_of({{"project_name", "shop"}}, {"a", "b"}) == "shop");
  // md5("jaffle_shop"), as dbt 1.5 wrote it
  CHECK(root_of({{"project_id", "06e5b98c2db46f8a72cc4f66410e9b3b"}}, {"a", "jaffle_shop", "z"}) == "jaffle_shop");
  CHECK(root_of(json::object(), {"only"}) == "only");
  CHECK(root_of(json::object(), {"a", "b"}).empty());
  CHECK(root_of({{"project_id", "00000000000000000000000000000000"}}, {"a", "b"}).empty());
}

TEST_CASE("a manifest without a single node is a project without nodes") {
  const Project project = build_or_fail(
      R"({"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/manifest/v12.json"},"nodes":{}})");
  CHECK(project.size() == 0);
  CHECK(project.find("model.a.x") == std::nullopt);
  CHECK(project.packages().empty());
  CHECK(project.selectors()->is_null());
}
