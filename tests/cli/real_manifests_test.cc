// The main job on real manifests that hold a Snowplow package, beside the project in ../shared.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "program.h"

using namespace plowline::testing;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

std::vector<fs::path> real_manifests(const fs::path& shared) {
  std::vector<fs::path> found;
  for (const fs::path& folder :
       {shared / "corpus" / "snowplow_logs", shared / "corpus" / "manifests" / "snowplow__dbt-snowplow-web",
        shared / "oracle" / "snowplow_unified_demo"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      const bool is_manifest = name.find("manifest") != std::string::npos && name.ends_with(".json");
      if (is_manifest && !name.starts_with("semantic_")) found.push_back(entry.path());
    }
  }
  std::ranges::sort(found);
  return found;
}

bool has_tag(const Json& node, const std::string& tag) {
  const Json& tags = node.contains("tags") ? node["tags"] : Json::array();
  return std::ranges::find(tags, Json(tag)) != tags.end();
}

// A reading of the manifest that shares nothing with plowline: `id` and all upstream models, by what each depends on.
std::set<std::string> lineage(const Json& nodes, const std::string& id) {
  std::set<std::string> seen;
  std::vector<std::string> open{id};
  while (!open.empty()) {
    const std::string at = open.back();
    open.pop_back();
    if (!nodes.contains(at) || !seen.insert(at).second) continue;
    for (const Json& parent : nodes[at]["depends_on"].value("nodes", Json::array())) open.push_back(parent);
  }
  return seen;
}

std::set<std::string> tagged_names(const Json& nodes, const std::set<std::string>& ids, const std::string& tag) {
  std::set<std::string> names;
  for (const std::string& id : ids) {
    if (nodes[id]["resource_type"] == "model" && has_tag(nodes[id], tag)) names.insert(nodes[id]["name"]);
  }
  return names;
}

std::set<std::string> words_of(const std::string& text) {
  std::set<std::string> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) words.insert(word);
  return words;
}

}  // namespace

TEST_CASE("the command that Snowplow's packages were run with in the recordings") {
  const fs::path shared = shared_or_skip("the recorded backfill of my_new_model");
  if (shared.empty()) return;
  const fs::path recording = shared / "corpus" / "snowplow_logs" / "B_staging_backfill";
  const Json truth = Json::parse(read_text(recording / "truth.json"));
  const Ran ran = run_plowline({"command", "+my_new_model", "--target", "staging", "--backfill-limit-days", "60",
                                "--manifest", (recording / "staging_manifest.branch.json").string()});
  CHECK(ran.status == 0);
  CHECK(ran.out == truth[0]["command"].get<std::string>() + "\n");
}

TEST_CASE("models_to_run on every real manifest is the tagged lineage, read independently") {
  const fs::path shared = shared_or_skip("real manifests with Snowplow packages");
  if (shared.empty()) return;
  const std::vector<fs::path> manifests = real_manifests(shared);
  REQUIRE(manifests.size() >= 7);
  for (const fs::path& file : manifests) {
    CAPTURE(file.string());
    const Json nodes = Json::parse(read_text(file))["nodes"];
    const bool is_web = file.string().find("snowplow-web") != std::string::npos;
    const std::string tag = is_web ? "snowplow_web_incremental" : "snowplow_unified_incremental";
    std::size_t asked = 0;
    for (const auto& [id, node] : nodes.items()) {
      // The user's own models, and where a manifest has none a derived one of the package.
      const bool is_own = node["resource_type"] == "model" && node["package_name"] != "snowplow_unified" &&
                          node["package_name"] != "snowplow_web";
      const bool is_sessions = is_web && node["name"] == "snowplow_web_sessions";
      if (!is_own && !is_sessions) continue;
      const std::string name = node["name"];
      CAPTURE(name);
      const std::set<std::string> expected = tagged_names(nodes, lineage(nodes, id), tag);
      const Ran ran = run_plowline({"command", "+" + name, "--manifest", file.string(), "--format", "json"});
      REQUIRE(ran.status == 0);
      const Json plan = Json::parse(ran.out);
      CHECK(words_of(plan["models_to_run"]["value"]) == expected);
      const Ran line = run_plowline({"command", "+" + name, "--manifest", file.string(), "-q"});
      CHECK(line.out == plan["command"]["line"].get<std::string>() + "\n");
      CHECK(line.out.starts_with("dbt run --select +" + name));
      ++asked;
    }
    CHECK(asked > 0);
  }
}

TEST_CASE("a real project without Snowplow packages gets the plain command") {
  const fs::path shared = shared_or_skip("real manifests without Snowplow packages");
  if (shared.empty()) return;
  const fs::path jaffle = shared / "corpus" / "manifests" / "brooklyn-data__dbt_artifacts";
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(jaffle)) {
    if (entry.path().filename() != "manifest.json") continue;
    CAPTURE(entry.path().string());
    const Ran ran =
        run_plowline({"command", "resource_type:model", "--manifest", entry.path().string(), "--target", "t"});
    CHECK(ran.status == 0);
    CHECK(ran.out == "dbt run --target t --select resource_type:model\n");
    CHECK(ran.err.find("models_to_run does not apply") != std::string::npos);
  }
}
