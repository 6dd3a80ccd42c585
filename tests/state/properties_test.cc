// What must hold of any two manifests: real ones, each with its earlier state.
#include <array>

#include "state/diff.h"
#include "state/pairs.h"
#include "support/support.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> kAspects{
    "modified.body",     "modified.configs", "modified.persisted_descriptions",
    "modified.relation", "modified.macros",  "modified.contract"};

Project load(const fs::path& file) {
  Warnings warnings;
  auto manifest = read_manifest(file, warnings);
  REQUIRE_MESSAGE(manifest.has_value(), (manifest ? "" : to_text(manifest.error())));
  auto project = Project::build(std::move(*manifest), warnings);
  REQUIRE(project.has_value());
  return std::move(*project);
}

std::vector<std::string> ids_of(const Project& project, const NodeSet& nodes) {
  std::vector<std::string> out;
  for (const NodeId id : nodes.ids()) {
    if (project.enabled(id)) out.emplace_back(project.node(id).unique_id);
  }
  return out;
}

bool within(const NodeSet& part, const NodeSet& a, const NodeSet& b) {
  return std::ranges::all_of(part.ids(), [&](NodeId id) { return a.contains(id) || b.contains(id); });
}

void check_sets(const Project& project, const ManifestState& state) {
  const auto fresh = state.state("new");
  const auto old = state.state("old");
  REQUIRE(fresh.has_value());
  REQUIRE(old.has_value());
  CHECK(fresh->ids().size() + old->ids().size() == project.size());
  const auto modified = state.state("modified");
  if (!modified) {  // as dbt: a node depends on a macro that does not exist
    CHECK(to_text(modified.error()).find("does not exist") != std::string::npos);
    CHECK(!state.state("unmodified").has_value());
    CHECK(!state.state("modified.macros").has_value());
    return;
  }
  const auto unmodified = state.state("unmodified");
  REQUIRE(unmodified.has_value());
  for (std::uint32_t i = 0; i < project.size(); ++i) {
    if (project.enabled(NodeId{i})) CHECK(modified->contains(NodeId{i}) != unmodified->contains(NodeId{i}));
  }
  for (const std::string_view aspect : kAspects) {
    CAPTURE(aspect);
    const auto part = state.state(aspect);
    REQUIRE(part.has_value());
    // A generic test's body and relation are seen by these two alone.
    if (aspect != "modified.body" && aspect != "modified.relation") CHECK(within(*part, *modified, *fresh));
  }
}

// `plowline diff` lists as modified what state:modified selects, but for new nodes.
void check_diff(const Project& project, const Project& previous, const ManifestState& state) {
  Warnings warnings;
  const auto diff = diff_of(project, previous, {}, warnings, testing::today());
  REQUIRE(diff.has_value());
  const auto modified = state.state("modified");
  CHECK(modified.has_value() == warnings.empty());
  std::vector<std::string> listed;
  for (const ModifiedNode& node : diff->modified) listed.push_back(node.node.unique_id);
  std::vector<std::string> added;
  for (const NewNode& node : diff->added) added.push_back(node.node.unique_id);
  CHECK(added == ids_of(project, *state.state("new")));
  if (!modified) return;
  std::vector<std::string> expected = ids_of(project, *modified);
  std::erase_if(expected, [&](const std::string& id) { return std::ranges::binary_search(added, id); });
  CHECK(listed == expected);
}

void check_pair(const fs::path& current, const fs::path& earlier) {
  CAPTURE(current.string());
  const Project project = load(current);
  Warnings warnings;
  StateArtifacts artifacts;
  artifacts.manifest = load(earlier);
  const ManifestState state(project, artifacts, warnings, testing::today());
  check_sets(project, state);
  check_diff(project, *artifacts.manifest, state);
}

void check_against_itself(const fs::path& file) {
  CAPTURE(file.string());
  const Project project = load(file);
  Warnings warnings;
  StateArtifacts artifacts;
  artifacts.manifest = load(file);
  const ManifestState state(project, artifacts, warnings, testing::today());
  for (const std::string_view value : kAspects) CHECK(state.state(value)->empty());
  CHECK(state.state("modified")->empty());
  CHECK(state.state("new")->empty());
  const auto diff = diff_of(project, *artifacts.manifest, {}, warnings, testing::today());
  REQUIRE(diff.has_value());
  CHECK(!diff->any());
}

TEST_CASE("properties: big_features") {
  const fs::path folder = testing::source_dir() / "tests" / "oracle" / "big_features";
  check_pair(folder / "target" / "manifest.json", folder / "state" / "manifest.json");
  check_pair(folder / "state" / "manifest.json", folder / "target" / "manifest.json");
  check_against_itself(folder / "target" / "manifest.json");
}

TEST_CASE("properties: real projects") {
  const fs::path shared = testing::shared_or_skip("real manifests with an earlier state");
  if (shared.empty()) return;
  for (const char* name : {"ol", "cerebro", "tuva"}) {
    const fs::path folder = shared / "corpus" / "large" / name;
    check_pair(folder / "target" / "manifest.json", folder / "state" / "manifest.json");
    check_pair(folder / "state" / "manifest.json", folder / "target" / "manifest.json");
    check_against_itself(folder / "target" / "manifest.json");
  }
}

}  // namespace
}  // namespace plowline
