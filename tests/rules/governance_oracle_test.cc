// The rules about names, contracts, tags and meta against what dbt-project-evaluator and dbt-checkpoint found in the
// same project.
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <re2/re2.h>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "artifact/catalog.h"
#include "lint/config.h"
#include "lint/engine.h"
#include "project/project.h"
#include "support/support.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;
using Names = std::set<std::string>;

struct Artifacts {
  std::unique_ptr<Project> project;
  std::optional<Catalog> catalog;
};

Artifacts open_artifacts(const std::filesystem::path& folder) {
  Warnings warnings;
  auto read = read_manifest(folder / "manifest.json", warnings);
  REQUIRE_MESSAGE(read, (read ? "" : to_text(read.error())));
  auto built = Project::build(std::move(*read), warnings);
  REQUIRE_MESSAGE(built, (built ? "" : to_text(built.error())));
  Artifacts artifacts{std::make_unique<Project>(std::move(*built)), std::nullopt};
  if (std::filesystem::exists(folder / "catalog.json")) {
    auto catalog = read_catalog(folder / "catalog.json", warnings);
    REQUIRE_MESSAGE(catalog, (catalog ? "" : to_text(catalog.error())));
    artifacts.catalog = std::move(*catalog);
  }
  return artifacts;
}

// The nodes that the rule finds, in the order of their ids. `options` are lines of plowline.yml.
std::vector<NodeId> found_by(const Artifacts& artifacts, const std::string& rule, const Json& options = Json::object(),
                             bool with_packages = false) {
  const Project& project = *artifacts.project;
  const LintProject lint({.project = &project, .catalog = artifacts.catalog ? &*artifacts.catalog : nullptr});
  std::string yaml = "presets: []\nrules:\n  " + rule + ":\n    severity: warn\n";
  for (const auto& [key, value] : options.items()) yaml += fmt::format("    {}: {}\n", key, value.dump());
  const testing::TemporaryFolder folder;
  const auto config = read_lint_config(folder.write("plowline.yml", yaml));
  REQUIRE_MESSAGE(config, (config ? "" : to_text(config.error())));
  const auto chosen = choose_rules(*config, nullptr, true, {});
  REQUIRE(chosen);
  REQUIRE(chosen->size() == 1);
  NodeSet nodes(project.size());
  for (std::uint32_t i = 0; i < project.size(); ++i) {
    const std::string_view package = project.node(NodeId{i}).package_name;
    if (with_packages ? package != "dbt_project_evaluator" : lint.is_own(NodeId{i})) nodes.insert(NodeId{i});
  }
  const RuleChoice& choice = chosen->front();
  const auto found = run_rules(lint, {{choice.configured, choice.severity, nodes, true}});
  REQUIRE_MESSAGE(found, (found ? "" : to_text(found.error())));
  std::set<NodeId> ids;
  for (const RawFinding& finding : found->found) {
    REQUIRE(finding.violation->node);
    ids.insert(*finding.violation->node);
  }
  return {ids.begin(), ids.end()};
}

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  std::istringstream text(testing::read_text(file));
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

// --- dbt-project-evaluator -------------------------------------------------------------------------------------------

// The column resource_name, which comes first.
Names resources_in(const std::filesystem::path& csv) {
  Names names;
  const auto lines = lines_of(csv);
  REQUIRE(!lines.empty());
  REQUIRE(lines.front().starts_with("resource_name,"));
  for (std::size_t i = 1; i < lines.size(); ++i) names.insert(lines[i].substr(0, lines[i].find(',')));
  return names;
}

Names resource_names(const Project& project, const std::vector<NodeId>& nodes) {
  Names names;
  for (const NodeId id : nodes) {
    const NodeRecord& node = project.node(id);
    names.insert(node.version.empty() ? std::string(node.name)
                                      : fmt::format("{}.v{}", node.name, scalar_of(node.version)));
  }
  return names;
}

// --- dbt-checkpoint --------------------------------------------------------------------------------------------------

struct HookRun {
  std::filesystem::path folder;
  std::vector<std::string> output;
  std::vector<std::string> args;

  // The words behind `--name`.
  Json after(const std::string& name) const {
    Json words = Json::array();
    for (std::size_t i = 0; i < args.size(); ++i) {
      if (args[i] != "--" + name) continue;
      for (++i; i < args.size() && !args[i].starts_with("--"); ++i) words.push_back(args[i]);
    }
    return words;
  }
  // What stands before `end` in the lines that have it.
  Names before(const std::string& end) const {
    Names names;
    for (const std::string& line : output) {
      if (const std::size_t at = line.find(end); at != std::string::npos) names.insert(line.substr(0, at));
    }
    return names;
  }
};

HookRun hook_run(const std::filesystem::path& folder, std::string_view hook) {
  for (const std::string& line : lines_of(folder / "results.jsonl")) {
    const Json run = Json::parse(line);
    if (run["hook"] != hook) continue;
    return {folder, lines_of(folder / run["file"].get<std::string>()), run["args"].get<std::vector<std::string>>()};
  }
  FAIL("no run of " << hook);
  return {};
}

// The models that dbt-checkpoint looks at: those of the SQL files that it was given, unless they are ephemeral, which
// it leaves out of everything. (It takes a package's model for the project's where the two files have one name: its
// stg_orders twice. Own nodes only are compared.)
std::vector<NodeId> looked_at(const Artifacts& artifacts, const HookRun& run, const std::vector<NodeId>& nodes) {
  Names files;
  for (const std::string& line : lines_of(run.folder / "FILES.txt")) files.insert(line);
  const LintProject lint({.project = artifacts.project.get()});
  std::vector<NodeId> models;
  for (const NodeId id : nodes) {
    const bool given = files.contains(std::string(artifacts.project->node(id).original_file_path));
    if (given && lint.config(id).materialized != "ephemeral") models.push_back(id);
  }
  return models;
}

template <typename Show>
Names shown(const Project& project, const std::vector<NodeId>& nodes, Show show) {
  Names names;
  for (const NodeId id : nodes) names.insert(std::string(show(project.node(id))));
  return names;
}

std::string path_of(const NodeRecord& node) {
  return std::string(node.original_file_path);
}
std::string stem_of(const NodeRecord& node) {
  return std::filesystem::path(node.original_file_path).stem().string();
}
std::string name_of(const NodeRecord& node) {
  return std::string(node.name);
}

}  // namespace

TEST_CASE("the evaluator's answers: names of models, public models without a contract") {
  const auto shared = testing::shared_or_skip("what dbt-project-evaluator finds");
  if (shared.empty()) return;
  const auto folder = shared / "oracle" / "evaluator" / "big_features";
  const Artifacts artifacts = open_artifacts(folder);
  CHECK(resource_names(*artifacts.project, found_by(artifacts, "model-name", Json::object(), true)) ==
        resources_in(folder / "fct_model_naming_conventions.csv"));
  CHECK(resource_names(*artifacts.project, found_by(artifacts, "public-model-contract", Json::object(), true)) ==
        resources_in(folder / "fct_public_models_without_contract.csv"));
}

TEST_CASE("dbt-checkpoint's answers: names, tags, meta keys and contracts of models") {
  const auto shared = testing::shared_or_skip("what dbt-checkpoint finds");
  if (shared.empty()) return;
  const auto answers = shared / "oracle" / "checkpoint_big_features";
  const Artifacts artifacts = open_artifacts(shared / "oracle" / "big_features" / "target");
  const Project& project = *artifacts.project;
  SUBCASE("check-model-name-contract") {
    const HookRun run = hook_run(answers, "check-model-name-contract");
    const auto found = found_by(artifacts, "model-name", {{"pattern", run.after("pattern").at(0)}});
    CHECK(shown(project, looked_at(artifacts, run, found), stem_of) == run.before(": model does not match"));
  }
  SUBCASE("check-model-tags") {
    const HookRun run = hook_run(answers, "check-model-tags");
    const auto found = found_by(artifacts, "model-tags", {{"allowed", run.after("tags")}});
    CHECK(shown(project, looked_at(artifacts, run, found), path_of) == run.before(": has invalid tags"));
  }
  SUBCASE("check-model-has-meta-keys") {
    const HookRun run = hook_run(answers, "check-model-has-meta-keys");
    const auto found = found_by(artifacts, "model-meta-keys", {{"keys", run.after("meta-keys")}});
    CHECK(shown(project, looked_at(artifacts, run, found), path_of) ==
          run.before(": does not have some of the meta keys"));
  }
  SUBCASE("check-model-has-contract") {
    const HookRun run = hook_run(answers, "check-model-has-contract");
    const auto found = found_by(artifacts, "model-contract");
    CHECK(shown(project, looked_at(artifacts, run, found), name_of) == run.before(": doesn't have contract defined"));
    CHECK(looked_at(artifacts, run, found) == found);  // it knows of itself what cannot have a contract
  }
}

TEST_CASE("dbt-checkpoint's answers: meta keys of exposures") {
  const auto shared = testing::shared_or_skip("what dbt-checkpoint finds");
  if (shared.empty()) return;
  const auto answers = shared / "oracle" / "checkpoint_big_features";
  const Artifacts artifacts = open_artifacts(shared / "oracle" / "big_features" / "target");
  const HookRun run = hook_run(answers, "check-exposure-has-meta-keys");
  const auto found = found_by(artifacts, "exposure-meta-keys", {{"keys", run.after("meta-keys")}});
  Names expected = run.before(" meta keys don't match");
  // It reads the YAML file and does not see that an exposure is disabled.
  for (const NodeRecord& node : artifacts.project->disabled()) {
    if (node.resource_type == ResourceType::kExposure) expected.erase(std::string(node.name));
  }
  CHECK(!expected.empty());
  CHECK(shown(*artifacts.project, found, name_of) == expected);
}

// The recorded run of check-column-name-contract had no catalog. What it does is little: it is done here once more,
// over the bare JSON.
TEST_CASE("dbt-checkpoint's contract of names and types, over the catalog") {
  const auto shared = testing::shared_or_skip("what dbt-checkpoint finds");
  if (shared.empty()) return;
  const auto answers = shared / "oracle" / "checkpoint_big_features";
  const HookRun run = hook_run(answers, "check-column-name-contract");
  CHECK(run.output.front().starts_with("Unable to load catalog file"));

  const auto target = shared / "oracle" / "big_features" / "target";
  const Artifacts artifacts = open_artifacts(target);
  const Json manifest = Json::parse(testing::read_text(target / "manifest.json"));
  const Json catalog = Json::parse(testing::read_text(target / "catalog.json"));
  const auto expected = [&](const RE2& pattern, const std::string& type) {
    Names models;
    for (const auto& [unique_id, table] : catalog["nodes"].items()) {
      const Json& node = manifest["nodes"][unique_id];
      if (node["resource_type"] != "model" || node["package_name"] != "big_features") continue;
      for (const Json& column : table["columns"]) {
        const bool named = RE2::FullMatch(column["name"].get<std::string>(), pattern);
        if (named != (column["type"] == type)) models.insert(unique_id);
      }
    }
    return models;
  };
  const auto unique_id = [](const NodeRecord& node) { return node.unique_id; };
  for (const auto& [pattern, type] : std::map<std::string, std::string>{
           {run.after("pattern").at(0), run.after("dtypes").at(0)}, {".*_id", "integer"}, {"amount.*", "numeric"}}) {
    CAPTURE(pattern);
    const auto found = found_by(artifacts, "column-name-type-contract", {{"pattern", pattern}, {"types", {type}}});
    CHECK(shown(*artifacts.project, found, unique_id) == expected(RE2("(?i)" + pattern), type));
  }
  CHECK(!expected(RE2("(?i).*_id"), "integer").empty());
}

}  // namespace plowline
