#include "lint/engine.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <set>

#include "lint/fingerprint.h"
#include "lint/placing.h"
#include "support/support.h"

using namespace plowline;

namespace {

// A project of `count` models m0, m1, …
struct ManyModels {
  explicit ManyModels(std::size_t count, std::string_view prefix = "m") {
    std::string nodes;
    for (std::size_t i = 0; i < count; ++i) {
      nodes += fmt::format(
          R"({}"model.shop.{}{}": {{"unique_id": "model.shop.{}{}", "resource_type": "model", "package_name": "shop", "name": "m{}",
             "checksum": {{"name": "sha256", "checksum": "c{}"}}}})",
          i == 0 ? "" : ",", prefix, i, prefix, i, i, i);
    }
    Warnings warnings;
    auto manifest = read_manifest(
        FileBytes::copy_of(fmt::format(R"({{"metadata": {{"project_name": "shop"}}, "nodes": {{{}}}}})", nodes),
                           "m.json"),
        warnings);
    REQUIRE(manifest);
    auto built = Project::build(std::move(*manifest), warnings);
    REQUIRE(built);
    project.emplace(std::move(*built));
    lint.emplace(LintInputs{.project = &*project});
  }
  NodeSet all() const {
    NodeSet nodes(project->size());
    for (std::size_t i = 0; i < project->size(); ++i) nodes.insert(static_cast<NodeId>(i));
    return nodes;
  }
  std::optional<Project> project;
  std::optional<LintProject> lint;
};

// Reports every model of the project, whatever its scope is, and the project itself.
class Everything final : public ConfiguredRule {
 public:
  explicit Everything(std::string name, std::string failure = {}) : failure_(std::move(failure)) {
    info_.name = std::move(name);
  }
  const RuleInfo& info() const override { return info_; }
  Result<void> check(const LintProject& project, const RuleScope&, Violations& violations) const override {
    if (!failure_.empty()) return input_error("manifest.json", {}, failure_);
    for (std::size_t i = 0; i < project.project().size(); ++i) {
      violations.push_back({.node = static_cast<NodeId>(i), .message = "is there", .at = Anchor::column("id")});
    }
    violations.push_back({.message = "is a project"});
    return {};
  }

 private:
  RuleInfo info_;
  std::string failure_;
};

ActiveRule active(std::string name, NodeSet nodes, bool project_wide = true) {
  return {std::make_shared<Everything>(std::move(name)), Severity::kWarn, std::move(nodes), project_wide};
}

}  // namespace

TEST_CASE("what is outside of a rule's scope is no finding") {
  const ManyModels models(3);
  NodeSet one(3);
  one.insert(static_cast<NodeId>(1));
  auto found = run_rules(*models.lint, {active("a", one, false), active("b", one, true)});
  REQUIRE(found);
  REQUIRE(found->found.size() == 3);
  CHECK(found->found[0].violation->node == static_cast<NodeId>(1));
  CHECK(found->found[1].violation->node == static_cast<NodeId>(1));
  CHECK_FALSE(found->found[2].violation->node);
}

TEST_CASE("findings do not depend on threads, and fingerprints are unique") {
  const ManyModels models(4'000);
  const auto run = [&] {
    auto found =
        run_rules(*models.lint, {active("a", models.all()), active("b", models.all()), active("c", models.all())});
    REQUIRE(found);
    std::vector<std::string> prints;
    for (const RawFinding& finding : found->found)
      prints.push_back(fmt::format("{} {}", finding.rule, finding.fingerprint.text()));
    return prints;
  };
  const auto first = run();
  CHECK(first.size() == 3 * 4'001);
  CHECK(std::set(first.begin(), first.end()).size() == first.size());
  CHECK(run() == first);
}

TEST_CASE("a fingerprint is the mistake's own: rule, node and what it concerns, not the words") {
  const ManyModels models(2);
  const auto print = [&](std::string_view rule, unsigned node, std::string key, std::string message) {
    return Fingerprints(*models.lint)
        .of(rule, {.node = static_cast<NodeId>(node), .message = std::move(message), .key = std::move(key)})
        .text();
  };
  const std::string one = print("a", 0, "id", "first words");
  CHECK(one.size() == 32);
  CHECK(print("a", 0, "id", "other words") == one);
  CHECK(print("b", 0, "id", "first words") != one);
  CHECK(print("a", 1, "id", "first words") != one);
  CHECK(print("a", 0, "day", "first words") != one);
}

TEST_CASE("a renamed node keeps the fingerprint of its code") {
  const ManyModels before(1);
  const ManyModels after(1, "renamed");
  const Violation violation{.node = static_cast<NodeId>(0), .message = "x", .key = "id"};
  CHECK(Fingerprints(*before.lint).of("a", violation) != Fingerprints(*after.lint).of("a", violation));
  CHECK(Fingerprints(*before.lint).by_content("a", violation) == Fingerprints(*after.lint).by_content("a", violation));
  CHECK(Fingerprints(*before.lint).by_content("a", {.message = "x"}).empty());
}

TEST_CASE("a rule's error ends the run") {
  const ManyModels models(1);
  std::vector<ActiveRule> rules{active("a", models.all())};
  rules.push_back({std::make_shared<Everything>("b", "is broken"), Severity::kWarn, models.all(), true});
  const auto found = run_rules(*models.lint, rules);
  REQUIRE(!found);
  CHECK(found.error().reason == "is broken");
}

TEST_CASE("a rule says what it lacks") {
  const ManyModels models(1);
  RuleInfo info;
  CHECK(missing_for(info, *models.lint).empty());
  info.needs = kNeedsState;
  CHECK(missing_for(info, *models.lint).find("--state") != std::string::npos);
  info.needs = kNeedsCatalog;
  CHECK(missing_for(info, *models.lint).find("catalog.json") != std::string::npos);
  info.needs = kNeedsSnowplow;
  CHECK(missing_for(info, *models.lint).find("Snowplow") != std::string::npos);
}

TEST_CASE("where findings stand does not depend on how many there are") {
  constexpr std::size_t kFiles = 40;
  std::string nodes;
  const testing::TemporaryFolder folder;
  std::vector<std::string> files(kFiles, "models:\n");
  for (std::size_t i = 0; i < 2'500; ++i) {
    const std::size_t file = i * 7 % kFiles;
    nodes += fmt::format(
        R"({0}"model.shop.m{1}": {{"unique_id": "model.shop.m{1}", "resource_type": "model", "package_name": "shop",
           "name": "m{1}", "original_file_path": "models/m{1}.sql", "patch_path": "shop://models/f{2}.yml"}})",
        i == 0 ? "" : ",", i, file);
    files[file] += fmt::format("  - name: m{}\n    columns:\n      - name: id\n", i);
  }
  for (std::size_t i = 0; i < kFiles; ++i) folder.write(fmt::format("models/f{}.yml", i), files[i]);
  Warnings warnings;
  auto manifest =
      read_manifest(FileBytes::copy_of(
                        fmt::format(R"({{"metadata": {{"project_name": "shop"}}, "nodes": {{{}}}}})", nodes), "m.json"),
                    warnings);
  REQUIRE(manifest);
  const auto built = Project::build(std::move(*manifest), warnings);
  REQUIRE(built);
  const Location location{.project_dir = folder.path()};
  const LintProject project({.project = &*built, .location = &location});
  NodeSet all(built->size());
  for (std::size_t i = 0; i < built->size(); ++i) all.insert(static_cast<NodeId>(i));
  const std::vector<ActiveRule> rules{active("a", all), active("b", all)};
  auto found = run_rules(project, rules);
  REQUIRE(found);
  Places places(*built, location, folder.path());
  const std::vector<Finding> findings = placed_findings(project, rules, std::move(*found), places);
  REQUIRE(findings.size() == 2 * 2'501);
  CHECK(std::ranges::is_sorted(findings, comes_before));
  Places alone(*built, location, folder.path());
  for (const Finding& finding : findings) {
    const auto id = built->find(finding.unique_id);
    const Place place = id ? alone.column(*id, "id") : alone.project_file({});
    if (place != Place{finding.file, finding.range}) FAIL_CHECK(finding.unique_id);
    if (id && finding.range.line == 0) FAIL_CHECK(finding.unique_id);
  }
}
