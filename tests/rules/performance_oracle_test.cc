// The rules that dbt-project-evaluator and dbt-checkpoint have, too, over what these found in a real project.
#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "rules/oracle_run.h"

namespace plowline {
namespace {

using Names = std::set<std::string>;
using Json = nlohmann::json;
using testing::for_each_finding;

// The evaluator's name of a node: with its version, a source's with that of its source.
std::string resource_name(const NodeRecord& node) {
  if (!node.source_name.empty()) return fmt::format("{}.{}", node.source_name, node.name);
  const std::string version = scalar_of(node.version);
  return version.empty() ? std::string(node.name) : fmt::format("{}.v{}", node.name, version);
}

// A CSV file's rows behind the first, cut at commas (no field of those read here has one).
std::vector<std::vector<std::string>> rows_of(const std::filesystem::path& csv) {
  std::istringstream in(testing::read_text(csv));
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string>& row = rows.emplace_back();
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, ',');) row.push_back(field);
  }
  REQUIRE(!rows.empty());
  rows.erase(rows.begin());
  return rows;
}

// Models with more than `most` views and ephemeral models in a row above them, by walking every path.
Names below_long_chains(const Project& project, const LintProject& linted, int most) {
  Names names;
  const std::function<int(NodeId)> longest = [&](NodeId id) {
    int length = 0;
    for (const NodeId parent : project.parents(id)) {
      const std::string_view how = linted.config(parent).materialized;
      const bool keeps_nothing = how == "view" || how == "ephemeral";
      if (keeps_nothing && project.type(parent) == ResourceType::kModel) length = std::max(length, 1 + longest(parent));
    }
    return length;
  };
  for (std::uint32_t i = 0; i < project.size(); ++i) {
    const NodeId id{i};
    if (project.type(id) == ResourceType::kModel && project.enabled(id) && longest(id) > most)
      names.insert(std::string(project.node(id).unique_id));
  }
  return names;
}

}  // namespace

TEST_CASE("chained-views: the models that the evaluator finds") {
  const auto shared = testing::shared_or_skip("what dbt-project-evaluator found");
  if (shared.empty()) return;
  const auto folder = shared / "oracle" / "evaluator" / "big_features";
  const auto project = testing::open_manifest(folder / "manifest.json");
  Names expected;
  for (const auto& row : rows_of(folder / "fct_chained_views_dependencies.csv")) expected.insert(row.at(1));
  Names found;
  for_each_finding({.project = *project, .packages = true}, "chained-views", "",
                   [&](const Violation& violation) { found.insert(resource_name(project->node(*violation.node))); });
  CHECK(found == expected);

  // The evaluator finds none at its threshold in this project: lower ones are held against its definition.
  const LintProject linted({.project = project.get()});
  for (const int most : {0, 1, 2}) {
    Names ids;
    for_each_finding(
        {.project = *project, .packages = true}, "chained-views", fmt::format("max: {}", most),
        [&](const Violation& violation) { ids.insert(std::string(project->node(*violation.node).unique_id)); });
    CHECK(ids == below_long_chains(*project, linted, most));
    CHECK(!(most == 0 && ids.empty()));
  }
}

TEST_CASE("exposure-parent-materialization: the pairs that the evaluator finds") {
  const auto shared = testing::shared_or_skip("what dbt-project-evaluator found");
  if (shared.empty()) return;
  const auto folder = shared / "oracle" / "evaluator" / "big_features";
  const auto project = testing::open_manifest(folder / "manifest.json");
  Names expected;
  for (const auto& row : rows_of(folder / "fct_exposure_parents_materializations.csv"))
    expected.insert(row.at(2) + " <- " + row.at(1));
  Names found;
  for_each_finding(
      {.project = *project, .packages = true}, "exposure-parent-materialization", "", [&](const Violation& violation) {
        const auto parent = project->find(violation.key);
        REQUIRE(parent);
        found.insert(
            fmt::format("{} <- {}", project->node(*violation.node).name, resource_name(project->node(*parent))));
      });
  CHECK(found == expected);
  CHECK(!expected.empty());
}

TEST_CASE("materialization-by-children: the models that dbt-checkpoint finds") {
  const auto shared = testing::shared_or_skip("what dbt-checkpoint printed");
  if (shared.empty()) return;
  const auto folder = shared / "oracle" / "checkpoint_big_features";
  // The threshold it was run with.
  std::string options;
  std::istringstream runs(testing::read_text(folder / "results.jsonl"));
  for (std::string line; std::getline(runs, line);) {
    const Json run = Json::parse(line);
    if (run["hook"] == "check-model-materialization-by-childs")
      options = "threshold: " + run["args"][1].get<std::string>();
  }
  REQUIRE(!options.empty());
  // `stg_customers: has 4 childs, but the materialization is view. …`, a line for each version of a model.
  std::multiset<std::string> expected;
  std::istringstream out(testing::read_text(folder / "check_model_materialization_by_childs.out"));
  for (std::string line; std::getline(out, line);) expected.insert(line.substr(0, line.find(':')));

  const auto project = testing::open_manifest(shared / "oracle" / "big_features" / "target" / "manifest.json");
  std::multiset<std::string> found;
  for_each_finding({.project = *project}, "materialization-by-children", options,
                   [&](const Violation& violation) { found.insert(std::string(project->node(*violation.node).name)); });
  CHECK(found == expected);
  CHECK(!expected.empty());
}

}  // namespace plowline
