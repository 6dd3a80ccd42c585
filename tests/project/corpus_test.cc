// The edges of every manifest of the shared corpus against the ones dbt itself wrote down (`parent_map`, `child_map`).
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "artifact/manifest.h"
#include "project/project.h"
#include "support/support.h"

using namespace plowline;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::set<std::string> ids_of(const Project& project, std::span<const NodeId> nodes) {
  std::set<std::string> ids;
  for (const NodeId id : nodes) ids.emplace(project.node(id).unique_id);
  return ids;
}

// What dbt wrote down for the node, without what is not in the graph.
std::set<std::string> edges_of(const Project& project, const json& map, const std::string& id) {
  std::set<std::string> ids;
  for (const json& other : map.value(id, json::array())) {
    if (project.find(other.get<std::string>())) ids.insert(other.get<std::string>());
  }
  return ids;
}

}  // namespace

TEST_CASE("parents and children are the ones that dbt wrote down") {
  const fs::path shared = testing::shared_or_skip("the corpus of real manifests");
  if (shared.empty()) return;
  std::size_t compared = 0;
  for (const fs::path& root : {shared / "corpus", shared / "oracle"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      const std::string name = entry.path().filename().string();
      const bool broken = entry.path().string().find("state/v7@") != std::string::npos;  // conflict markers
      const bool like_another = entry.path().string().find("large/") != std::string::npos &&
                                entry.path().string().find("/state/") != std::string::npos;  // and big
      if (name.find("manifest") == std::string::npos || entry.path().extension() != ".json" || broken || like_another ||
          name == "semantic_manifest.json")
        continue;
      CAPTURE(entry.path());
      Warnings warnings;
      auto manifest = read_manifest(entry.path(), warnings);
      REQUIRE(manifest);
      const auto project = Project::build(std::move(*manifest), warnings);
      if (!project) FAIL(to_text(project.error()));
      CHECK_FALSE(project->root_package().empty());
      const json other = json::parse(testing::read_text(entry.path()));
      if (!other.contains("parent_map") || other["parent_map"].is_null()) continue;
      std::string before;
      for (std::uint32_t i = 0; i < project->size(); ++i) {
        const std::string id(project->node(NodeId{i}).unique_id);
        REQUIRE(before < id);
        before = id;
        REQUIRE(project->find(id) == NodeId{i});
        if (ids_of(*project, project->parents(NodeId{i})) != edges_of(*project, other["parent_map"], id))
          FAIL_CHECK(id << ": other parents");
        if (ids_of(*project, project->children(NodeId{i})) != edges_of(*project, other["child_map"], id))
          FAIL_CHECK(id << ": other children");
      }
      ++compared;
    }
  }
  CHECK(compared >= 28);
}
