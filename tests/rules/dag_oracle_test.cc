// The rules about the graph's shape, exposures and code against what dbt-project-evaluator and dbt-checkpoint found on
// one project. Where they found nothing, dag_definitions_test.cc has their definitions over projects with cases.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "rules/dag/neighbours.h"
#include "rules/oracle_run.h"

namespace plowline {
namespace {

using GraphNames = std::multiset<std::string>;
using testing::for_each_finding;

// A CSV file's rows, cut at commas outside of quotes; the first row is the header.
std::vector<std::vector<std::string>> csv_rows(const std::filesystem::path& csv) {
  std::istringstream in(testing::read_text(csv));
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string>& row = rows.emplace_back(1);
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        row.emplace_back();
      } else if (c != '\r') {
        row.back() += c;
      }
    }
  }
  REQUIRE(!rows.empty());
  return rows;
}

// The columns of that name (the columns, joined by ` <- `), each value once.
std::set<std::string> csv_column(const std::filesystem::path& csv, const std::vector<std::string>& names) {
  const auto rows = csv_rows(csv);
  std::set<std::string> values;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    std::string value;
    for (const std::string& name : names) {
      const auto at = std::ranges::find(rows[0], name);
      REQUIRE(at != rows[0].end());
      const std::string& text = rows[i].at(static_cast<std::size_t>(at - rows[0].begin()));
      value += value.empty() ? text : " <- " + text;
    }
    values.insert(value);
  }
  return values;
}

// The evaluator leaves its own nodes out.
bool is_seen_by_evaluator(const NodeRecord& node) {
  return node.package_name != "dbt_project_evaluator";
}

// What the rule finds, as the evaluator names it: the node, or `node <- parent` where `key` is a parent's unique_id.
std::set<std::string> found_by(const Project& project, const std::string& rule, bool with_parent) {
  std::set<std::string> found;
  for_each_finding({.project = project, .packages = true}, rule, "", [&](const Violation& violation) {
    const NodeRecord& node = project.node(*violation.node);
    if (!is_seen_by_evaluator(node)) return;
    std::string name = dotted_name(node);
    if (with_parent) {
      const auto parent = project.find(violation.key);
      REQUIRE(parent);
      name += " <- " + dotted_name(project.node(*parent));
    }
    found.insert(name);
  });
  return found;
}

// dbt-checkpoint takes every model for one of a file's whose file has that stem, in whatever package, and was given the
// SQL files that FILES.txt lists.
std::set<std::string> stems_of_checkpoint(const std::filesystem::path& folder) {
  std::istringstream files(testing::read_text(folder / "FILES.txt"));
  std::set<std::string> stems;
  for (std::string line; std::getline(files, line);) {
    const std::filesystem::path path(line);
    if (path.extension() == ".sql") stems.insert(path.stem().string());
  }
  return stems;
}

// `NAME` of its lines, or `NAME <- PARENT` of `NAME: has parent PARENT with …`; only lines that have `part`.
GraphNames checkpoint_lines(const std::filesystem::path& out, const std::string& part) {
  std::istringstream in(testing::read_text(out));
  GraphNames names;
  constexpr std::string_view kParent = "has parent ";
  for (std::string line; std::getline(in, line);) {
    if (line.find(part) == std::string::npos) continue;
    std::string name = line.substr(0, line.find(':'));
    if (const std::size_t at = line.find(kParent); at != std::string::npos) {
      const std::size_t begin = at + kParent.size();
      name += " <- " + line.substr(begin, line.find(' ', begin) - begin);
    }
    names.insert(name);
  }
  return names;
}

// The hook's arguments behind `flag`, as a YAML list; or the number there.
std::string argument(const std::filesystem::path& folder, const std::string& hook, const std::string& flag, bool list) {
  std::istringstream runs(testing::read_text(folder / "results.jsonl"));
  for (std::string line; std::getline(runs, line);) {
    const auto run = nlohmann::json::parse(line);
    if (run["hook"] != hook) continue;
    std::string values;
    bool inside = false;
    for (const auto& word : run["args"]) {
      const auto text = word.get<std::string>();
      if (inside && text.starts_with("--")) break;
      if (inside) values += (values.empty() ? "" : ", ") + text;
      inside = inside || text == flag;
    }
    return list ? "[" + values + "]" : values;
  }
  FAIL("no such hook was recorded: " << hook);
  return {};
}

struct Checkpoint {
  std::filesystem::path folder;
  std::unique_ptr<Project> project;
  std::set<std::string> stems;

  GraphNames found(const std::string& rule, const std::string& options, bool with_parent) const {
    GraphNames names;
    for_each_finding({.project = *project, .packages = true}, rule, options, [&](const Violation& violation) {
      const NodeRecord& node = project->node(*violation.node);
      const std::filesystem::path file(node.original_file_path);
      if (file.extension() != ".sql" || !stems.contains(file.stem().string())) return;
      std::string name(node.name);
      if (with_parent) name += " <- " + std::string(project->node(*project->find(violation.key)).name);
      names.insert(name);
    });
    return names;
  }
};

Checkpoint open_checkpoint(const std::filesystem::path& shared) {
  const auto folder = shared / "oracle" / "checkpoint_big_features";
  // It ran on the manifest that the evaluator had.
  auto project = testing::open_manifest(shared / "oracle" / "evaluator" / "big_features" / "manifest.json");
  return {folder, std::move(project), stems_of_checkpoint(folder)};
}

}  // namespace

TEST_CASE("dbt-project-evaluator finds the same nodes in the graph") {
  const auto shared = testing::shared_or_skip("what dbt-project-evaluator found");
  if (shared.empty()) return;
  const auto folder = shared / "oracle" / "evaluator" / "big_features";
  const auto project = testing::open_manifest(folder / "manifest.json");
  const auto nodes = [&](const std::string& rule) { return found_by(*project, rule, false); };
  const auto edges = [&](const std::string& rule) { return found_by(*project, rule, true); };

  CHECK(edges("layer-depends-on-source") ==
        csv_column(folder / "fct_marts_or_intermediate_dependent_on_source.csv", {"child", "parent"}));
  CHECK(edges("staging-depends-on-staging") ==
        csv_column(folder / "fct_staging_dependent_on_staging.csv", {"child", "parent"}));
  CHECK(edges("staging-depends-on-downstream") ==
        csv_column(folder / "fct_staging_dependent_on_marts_or_intermediate.csv", {"child", "parent"}));
  CHECK(edges("rejoining-upstream-concepts") ==
        csv_column(folder / "fct_rejoining_of_upstream_concepts.csv", {"child", "parent_and_child"}));
  CHECK(edges("exposure-public-parents") == csv_column(folder / "fct_exposures_dependent_on_private_models.csv",
                                                       {"exposure_name", "parent_resource_name"}));
  CHECK(!edges("exposure-public-parents").empty());

  CHECK(nodes("model-fanout") == csv_column(folder / "fct_model_fanout.csv", {"parent"}));
  CHECK(!nodes("model-fanout").empty());
  CHECK(nodes("multiple-sources-joined") == csv_column(folder / "fct_multiple_sources_joined.csv", {"child"}));
  CHECK(nodes("root-model") == csv_column(folder / "fct_root_models.csv", {"child"}));
  CHECK(nodes("too-many-joins") == csv_column(folder / "fct_too_many_joins.csv", {"resource_name"}));
  CHECK(nodes("hard-coded-reference") == csv_column(folder / "fct_hard_coded_references.csv", {"model"}));
}

TEST_CASE("direct-join-to-source: two models of one name are two for plowline") {
  const auto shared = testing::shared_or_skip("what dbt-project-evaluator found");
  if (shared.empty()) return;
  const auto folder = shared / "oracle" / "evaluator" / "big_features";
  const auto project = testing::open_manifest(folder / "manifest.json");
  // The evaluator groups by the model's name. What it finds besides are names that two packages have, one of which
  // reads a source and the other a model: neither joins the two.
  auto expected = csv_column(folder / "fct_direct_join_to_source.csv", {"child"});
  std::erase_if(expected, [&](const std::string& name) {
    int models = 0;
    for (std::uint32_t i = 0; i < project->size(); ++i) {
      if (project->type(NodeId{i}) == ResourceType::kModel && dotted_name(project->node(NodeId{i})) == name) ++models;
    }
    return models > 1;
  });
  CHECK(found_by(*project, "direct-join-to-source", false) == expected);
}

TEST_CASE("dbt-checkpoint finds the same parents and children") {
  const auto shared = testing::shared_or_skip("what dbt-checkpoint printed");
  if (shared.empty()) return;
  const Checkpoint checkpoint = open_checkpoint(shared);
  const auto& folder = checkpoint.folder;
  const std::string counts = "check-model-parents-and-childs";
  const auto limits = [&](const std::string& what) {
    return fmt::format("min: {}, max: {}", argument(folder, counts, "--min-" + what + "-cnt", false),
                       argument(folder, counts, "--max-" + what + "-cnt", false));
  };
  const auto out = folder / "check_model_parents_and_childs.out";
  CHECK(checkpoint.found("parent-count", limits("parent"), false) == checkpoint_lines(out, " parents "));
  CHECK(checkpoint.found("child-count", limits("child"), false) == checkpoint_lines(out, " childs "));
  CHECK(!checkpoint_lines(out, " childs ").empty());

  const auto upstream = [&](const std::string& hook, const std::string& option) {
    return checkpoint.found("permitted-upstream",
                            option + ": " + argument(folder, "check-model-parents-" + hook, "--whitelist", true), true);
  };
  CHECK(upstream("schema", "schemas") == checkpoint_lines(folder / "check_model_parents_schema.out", ""));
  CHECK(upstream("database", "databases") == checkpoint_lines(folder / "check_model_parents_database.out", ""));
  CHECK(upstream("name-prefix", "name_prefixes") ==
        checkpoint_lines(folder / "check_model_parents_name_prefix.out", ""));
  CHECK(!upstream("schema", "schemas").empty());
}

TEST_CASE("dbt-checkpoint finds the same in the code") {
  const auto shared = testing::shared_or_skip("what dbt-checkpoint printed");
  if (shared.empty()) return;
  const Checkpoint checkpoint = open_checkpoint(shared);
  const auto& folder = checkpoint.folder;
  CHECK(checkpoint.found("hard-coded-reference", "ignore_dotless: false", false) ==
        checkpoint_lines(folder / "check_script_has_no_table_name.out", ""));
  CHECK(checkpoint.found("hard-coded-reference", "ignore_dotless: true", false) ==
        checkpoint_lines(folder / "check_script_has_no_table_name__2.out", ""));
  CHECK(checkpoint.found("trailing-semicolon", "", false) ==
        checkpoint_lines(folder / "check_script_semicolon.out", ""));
  // It looks for functions among models and sources, where they cannot be; nothing else is missing.
  GraphNames missing = checkpoint_lines(folder / "check_script_ref_and_source.out", "Missing");
  std::erase_if(missing, [](const std::string& line) { return line.starts_with("Missing function"); });
  CHECK(checkpoint.found("ref-target-exists", "", false) == missing);
}

}  // namespace plowline
