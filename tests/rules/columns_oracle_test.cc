// The rules that dbt-checkpoint's catalog hooks are like, over a real catalog. The hooks were not recorded: what they
// would report is worked out here from the two files as their sources do it (names in lower case, sets compared).
#include <algorithm>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <set>

#include "rules/oracle_run.h"

namespace plowline {
namespace {

using Names = std::set<std::string>;
using Json = nlohmann::json;

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), ascii_lower);
  return text;
}

Names lower_names(const Json& columns) {
  Names names;
  for (const auto& [name, column] : columns.items()) names.insert(lower_case(name));
  return names;
}

struct Artifacts {
  std::unique_ptr<Project> project;
  std::unique_ptr<Catalog> catalog;
  Json manifest_json;
  Json catalog_json;
};

Artifacts artifacts_in(const std::filesystem::path& folder) {
  Warnings warnings;
  auto catalog = read_catalog(folder / "catalog.json", warnings);
  REQUIRE(catalog);
  return {testing::open_manifest(folder / "manifest.json"), std::make_unique<Catalog>(std::move(*catalog)),
          Json::parse(testing::read_text(folder / "manifest.json")),
          Json::parse(testing::read_text(folder / "catalog.json"))};
}

// check-model-has-all-columns, check-source-has-all-columns: what both files have, with other names of columns.
Names with_other_columns(const Artifacts& artifacts, const char* group, std::string_view type) {
  Names ids;
  for (const auto& [id, table] : artifacts.catalog_json[group].items()) {
    const Json& nodes = artifacts.manifest_json[group];
    if (!nodes.contains(id) || nodes[id]["resource_type"] != type) continue;
    if (nodes[id]["package_name"] != artifacts.project->root_package()) continue;
    if (nodes[id]["config"].value("materialized", "") == "ephemeral") continue;
    if (lower_names(table["columns"]) != lower_names(nodes[id]["columns"])) ids.insert(id);
  }
  return ids;
}

Names found_by(const Artifacts& artifacts, const char* rule) {
  Names ids;
  testing::for_each_finding(
      {.project = *artifacts.project, .catalog = artifacts.catalog.get()}, rule, "",
      [&](const Violation& violation) { ids.insert(std::string(artifacts.project->node(*violation.node).unique_id)); });
  return ids;
}

}  // namespace

TEST_CASE("columns against the catalog: the nodes that dbt-checkpoint's hooks report") {
  const auto shared = testing::shared_or_skip("a project with its catalog");
  if (shared.empty()) return;
  std::size_t models = 0;
  std::size_t sources = 0;
  for (const auto& folder :
       {shared / "oracle" / "big_features" / "target", shared / "oracle" / "snowplow_unified_demo" / "production"}) {
    CAPTURE(folder.string());
    if (!std::filesystem::exists(folder / "catalog.json")) continue;
    const Artifacts artifacts = artifacts_in(folder);
    const Names other_models = with_other_columns(artifacts, "nodes", "model");
    const Names other_sources = with_other_columns(artifacts, "sources", "source");
    CHECK(found_by(artifacts, "model-columns-match-catalog") == other_models);
    CHECK(found_by(artifacts, "source-columns-match-catalog") == other_sources);
    CHECK(found_by(artifacts, "seed-columns-match-catalog") == with_other_columns(artifacts, "nodes", "seed"));
    models += other_models.size();
    sources += other_sources.size();
    // check-database-casing-consistency: Postgres folds names as the manifest has them.
    CHECK(found_by(artifacts, "database-casing") == Names{});
  }
  MESSAGE("models that differ: " << models << ", sources: " << sources);
  CHECK(models > 0);
}

}  // namespace plowline
