// The rules about documentation and files against what dbt-project-evaluator and dbt-checkpoint found on one project.
#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <sstream>

#include "lint/config.h"
#include "lint/engine.h"
#include "rules/test_project.h"
#include "support/support.h"

namespace plowline {
namespace {

using testing::Lines;

// A rule run with its defaults over a manifest, packages included (but not dbt-project-evaluator, which leaves itself
// out).
class RealProject {
 public:
  explicit RealProject(const std::filesystem::path& manifest) {
    Warnings warnings;
    auto read = read_manifest(manifest, warnings);
    REQUIRE_MESSAGE(read, (read ? "" : to_text(read.error())));
    auto built = Project::build(std::move(*read), warnings);
    REQUIRE_MESSAGE(built, (built ? "" : to_text(built.error())));
    project_ = std::make_unique<Project>(std::move(*built));
    lint_ = std::make_unique<LintProject>(LintInputs{.project = project_.get()});
  }

  const LintProject& project() const { return *lint_; }

  std::vector<Violation> findings(const std::string& rule, bool packages) const {
    NodeSet nodes(project_->size());
    for (std::uint32_t i = 0; i < project_->size(); ++i) {
      const bool wanted =
          packages ? project_->node(NodeId{i}).package_name != "dbt_project_evaluator" : lint_->is_own(NodeId{i});
      if (wanted) nodes.insert(NodeId{i});
    }
    const auto chosen = choose_rules(LintConfig{}, nullptr, true, {rule});
    REQUIRE(chosen);
    REQUIRE(chosen->size() == 1);
    const RuleChoice& choice = chosen->front();
    auto found = run_rules(*lint_, {{choice.configured, choice.severity, nodes, true}});
    REQUIRE_MESSAGE(found, (found ? "" : to_text(found.error())));
    std::vector<Violation> violations;
    for (RawFinding& finding : found->found) violations.push_back(std::move(*finding.violation));
    return violations;
  }

  // What `name` says of the node of each finding, sorted.
  Lines nodes(const std::string& rule, bool packages, const std::function<std::string(const NodeRecord&)>& name) const {
    Lines names;
    for (const Violation& violation : findings(rule, packages)) {
      if (violation.node) names.push_back(name(project_->node(*violation.node)));
    }
    std::ranges::sort(names);
    return names;
  }

 private:
  std::unique_ptr<Project> project_;
  std::unique_ptr<LintProject> lint_;
};

// int_all_graph_resources.resource_name
std::string evaluator_name(const NodeRecord& node) {
  if (node.resource_type == ResourceType::kSource) return fmt::format("{}.{}", node.source_name, node.name);
  const std::string version = scalar_of(node.version);
  return version.empty() ? std::string(node.name) : fmt::format("{}.v{}", node.name, version);
}

std::string source_name(const NodeRecord& node) {
  return std::string(node.source_name);
}

std::string file(const NodeRecord& node) {
  return std::string(node.original_file_path);
}

std::vector<std::vector<std::string>> rows(const std::filesystem::path& csv) {
  std::istringstream text(testing::read_text(csv));
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(text, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.pop_back();
    if (line.empty()) continue;
    std::istringstream fields(line);
    rows.emplace_back();
    for (std::string field; std::getline(fields, field, ',');) rows.back().push_back(field);
  }
  return rows;
}

// A column of a table, sorted.
Lines column(const std::filesystem::path& csv, const std::string& name) {
  const auto all = rows(csv);
  REQUIRE(!all.empty());
  const auto found = std::ranges::find(all.front(), name);
  REQUIRE(found != all.front().end());
  const auto index = static_cast<std::size_t>(found - all.front().begin());
  Lines values;
  for (std::size_t i = 1; i < all.size(); ++i) values.push_back(all[i].at(index));
  std::ranges::sort(values);
  return values;
}

Lines without_repeats(Lines lines) {
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  return lines;
}

// What stands before `: …` on the lines of a dbt-checkpoint hook; colours are taken off.
Lines checkpoint(const std::filesystem::path& out) {
  std::istringstream text(testing::read_text(out));
  Lines names;
  for (std::string line; std::getline(text, line);) {
    for (const std::string colour : {"\033[91m", "\033[93m", "\033[0m"}) {
      for (auto at = line.find(colour); at != std::string::npos; at = line.find(colour)) line.erase(at, colour.size());
    }
    if (const auto end = line.find(": "); end != std::string::npos && !line.starts_with("- "))
      names.push_back(line.substr(0, end));
  }
  std::ranges::sort(names);
  return names;
}

// `models/orders.sql: amount` for each column that a hook lists below a file.
Lines checkpoint_items(const std::filesystem::path& out) {
  std::istringstream text(testing::read_text(out));
  Lines items;
  std::string above;
  for (std::string line; std::getline(text, line);) {
    for (const std::string colour : {"\033[91m", "\033[93m", "\033[0m"}) {
      for (auto at = line.find(colour); at != std::string::npos; at = line.find(colour)) line.erase(at, colour.size());
    }
    if (line.starts_with("- ")) {
      items.push_back(above + ": " + line.substr(2));
    } else {
      above = line.substr(0, line.find(": "));
    }
  }
  std::ranges::sort(items);
  return items;
}

// What a hook was given: dbt-checkpoint looks at files, and was not given those of packages nor those in Python. It
// leaves ephemeral models out altogether.
bool is_seen_by_checkpoint(const LintProject& project, NodeId id) {
  return project.node(id).original_file_path.ends_with(".sql") && project.config(id).materialized != "ephemeral";
}

Lines files_seen_by_checkpoint(const RealProject& real, const std::string& rule) {
  Lines files;
  for (const Violation& violation : real.findings(rule, false)) {
    if (is_seen_by_checkpoint(real.project(), *violation.node))
      files.push_back(file(real.project().node(*violation.node)));
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

TEST_CASE("dbt-project-evaluator finds the same undocumented nodes") {
  const auto shared = testing::shared_or_skip("dbt-project-evaluator's tables");
  if (shared.empty()) return;
  const auto folder = shared / "oracle" / "evaluator" / "big_features";
  const RealProject real(folder / "manifest.json");
  CHECK(real.nodes("model-description", true, evaluator_name) ==
        column(folder / "fct_undocumented_models.csv", "resource_name"));
  CHECK(real.nodes("source-table-description", true, evaluator_name) ==
        column(folder / "fct_undocumented_source_tables.csv", "resource_name"));
  CHECK(without_repeats(real.nodes("source-description", true, source_name)) ==
        column(folder / "fct_undocumented_sources.csv", "source_name"));
  CHECK(real.nodes("public-model-documented", true, evaluator_name) ==
        column(folder / "fct_undocumented_public_models.csv", "resource_name"));
}

TEST_CASE("dbt-project-evaluator has the same coverage") {
  const auto shared = testing::shared_or_skip("dbt-project-evaluator's tables");
  if (shared.empty()) return;
  const auto folder = shared / "oracle" / "evaluator" / "big_features";
  const RealProject real(folder / "manifest.json");
  const auto found = real.findings("documentation-coverage", true);
  const auto csv = folder / "fct_documentation_coverage.csv";
  REQUIRE(found.size() == 1);
  CHECK(found.front().message.starts_with(
      fmt::format("{} % of the models have a description ({} of {})", column(csv, "documentation_coverage_pct").front(),
                  column(csv, "documented_models").front(), column(csv, "total_models").front())));
}

TEST_CASE("dbt-project-evaluator finds the same files in wrong places") {
  const auto shared = testing::shared_or_skip("dbt-project-evaluator's tables");
  if (shared.empty()) return;
  const auto folder = shared / "oracle" / "evaluator" / "big_features";
  const RealProject real(folder / "manifest.json");
  CHECK(real.nodes("source-properties-location", true, evaluator_name) ==
        column(folder / "fct_source_directories.csv", "resource_name"));
  // One row for each source that a staging model reads there, one finding for each model here; two packages have a
  // stg_orders.
  Lines models;
  for (const auto& row : rows(folder / "fct_model_directories.csv")) models.push_back(row.at(0) + " " + row.at(3));
  models.erase(models.begin());
  std::ranges::sort(models);
  const auto name_and_file = [](const NodeRecord& node) { return evaluator_name(node) + " " + file(node); };
  CHECK(without_repeats(real.nodes("model-directory", true, name_and_file)) == without_repeats(models));
  // fct_test_directories has those models only that have a generic test.
  Lines tested;
  for (const Violation& violation : real.findings("properties-colocated", true)) {
    if (!real.project().tests_of(*violation.node).empty())
      tested.push_back(evaluator_name(real.project().node(*violation.node)));
  }
  std::ranges::sort(tested);
  CHECK(tested == without_repeats(column(folder / "fct_test_directories.csv", "model_name")));
}

TEST_CASE("dbt-checkpoint finds the same models") {
  const auto shared = testing::shared_or_skip("what dbt-checkpoint printed");
  if (shared.empty()) return;
  const auto folder = shared / "oracle" / "checkpoint_big_features";
  const RealProject real(shared / "oracle" / "big_features" / "target" / "manifest.json");
  CHECK(files_seen_by_checkpoint(real, "model-description") == checkpoint(folder / "check_model_has_description.out"));
  CHECK(files_seen_by_checkpoint(real, "model-has-properties-file") ==
        checkpoint(folder / "check_model_has_properties_file.out"));
  Lines columns;
  for (const Violation& violation : real.findings("model-column-description", false)) {
    columns.push_back(file(real.project().node(*violation.node)) + ": " + violation.column);
  }
  std::ranges::sort(columns);
  CHECK(columns == checkpoint_items(folder / "check_model_columns_have_desc.out"));
  Lines names;
  for (const Violation& violation : real.findings("column-description-consistent", false)) {
    names.push_back(violation.column);
  }
  CHECK(names == checkpoint(folder / "check_column_desc_are_same.out"));
}

TEST_CASE("dbt-checkpoint finds the same sources and macros") {
  const auto shared = testing::shared_or_skip("what dbt-checkpoint printed");
  if (shared.empty()) return;
  const auto folder = shared / "oracle" / "checkpoint_big_features";
  const RealProject real(shared / "oracle" / "big_features" / "target" / "manifest.json");
  // dbt-checkpoint reads the YAML file and so reports tables, too, that are disabled by a config of their own.
  const auto enabled_only = [&](Lines names) {
    std::erase_if(names, [&](const std::string& name) {
      return std::ranges::any_of(real.project().project().disabled(), [&](const NodeRecord& node) {
        return node.resource_type == ResourceType::kSource && evaluator_name(node) == name;
      });
    });
    return names;
  };
  CHECK(real.nodes("source-table-description", false, evaluator_name) ==
        enabled_only(checkpoint(folder / "check_source_table_has_description.out")));
  // It names every table of a source without a description, this rule the source.
  Lines sources;
  for (const std::string& table : enabled_only(checkpoint(folder / "check_source_has_description.out"))) {
    sources.push_back(table.substr(0, table.find('.')));
  }
  CHECK(real.nodes("source-description", false, source_name) == without_repeats(sources));
  Lines columns;
  for (const Violation& violation : real.findings("source-column-description", false)) {
    columns.push_back(evaluator_name(real.project().node(*violation.node)) + ": " + violation.column);
  }
  std::ranges::sort(columns);
  CHECK(columns == checkpoint_items(folder / "check_source_columns_have_desc.out"));

  // It was given the files below macros/ only, not those of generic tests below tests/.
  const auto macro_files = [&](const std::string& rule) {
    std::set<std::string> files;
    for (const Violation& violation : real.findings(rule, false)) {
      if (violation.macro->original_file_path.starts_with("macros/")) {
        files.insert(std::string(violation.macro->original_file_path));
      }
    }
    return Lines(files.begin(), files.end());
  };
  CHECK(macro_files("macro-description") == checkpoint(folder / "check_macro_has_description.out"));
  CHECK(macro_files("macro-argument-description") == checkpoint(folder / "check_macro_arguments_have_desc.out"));
}

}  // namespace plowline
