// Small projects for the tests of selection, made of the JSON of a manifest.
#pragma once

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "selection/select.h"

namespace plowline::testing {

inline Project project_of(const nlohmann::json& manifest) {
  Warnings warnings;
  Result<Manifest> read = read_manifest(FileBytes::copy_of(manifest.dump(), "manifest.json"), warnings);
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : to_text(read.error())));
  Result<Project> project = Project::build(std::move(*read), warnings);
  REQUIRE_MESSAGE(project.has_value(), (project ? "" : to_text(project.error())));
  return std::move(*project);
}

// A manifest of dbt `version` without nodes.
inline nlohmann::json empty_manifest(const std::string& version = "1.11.14") {
  return {{"metadata",
           {{"dbt_schema_version", "https://schemas.getdbt.com/dbt/manifest/v12.json"},
            {"dbt_version", version},
            {"project_name", "shop"}}},
          {"nodes", nlohmann::json::object()},
          {"sources", nlohmann::json::object()},
          {"macros", nlohmann::json::object()},
          {"selectors", nlohmann::json::object()}};
}

// Adds a model of the package `shop` in models/FOLDER.
inline nlohmann::json& add_model(nlohmann::json& manifest, const std::string& name,
                                 const std::vector<std::string>& parents = {}, const std::string& folder = "marts") {
  nlohmann::json model{{"unique_id", "model.shop." + name},
                       {"resource_type", "model"},
                       {"name", name},
                       {"package_name", "shop"},
                       {"original_file_path", "models/" + folder + "/" + name + ".sql"},
                       {"fqn", {"shop", folder, name}},
                       {"tags", nlohmann::json::array()},
                       {"raw_code", "select 1"},
                       {"config", {{"enabled", true}, {"materialized", "view"}}},
                       {"depends_on", {{"nodes", nlohmann::json::array()}, {"macros", nlohmann::json::array()}}}};
  for (const std::string& parent : parents) model["depends_on"]["nodes"].push_back("model.shop." + parent);
  return manifest["nodes"]["model.shop." + name] = model;
}

// Adds a generic test of the kind `kind` on those models.
inline nlohmann::json& add_test(nlohmann::json& manifest, const std::string& name, const std::string& kind,
                                const std::vector<std::string>& parents) {
  nlohmann::json& test = add_model(manifest, name, parents);
  nlohmann::json moved = test;
  manifest["nodes"].erase("model.shop." + name);
  moved["unique_id"] = "test.shop." + name;
  moved["resource_type"] = "test";
  moved["test_metadata"] = {{"name", kind}};
  return manifest["nodes"]["test.shop." + name] = moved;
}

// What is selected, by name; an error as its text.
inline std::vector<std::string> names_of(Selector& selector, const SelectionRequest& request) {
  Warnings warnings;
  const Result<Selection> selection = selector.select(request, warnings);
  if (!selection) return {to_text(selection.error())};
  std::vector<std::string> names;
  selection->nodes.for_each([&](NodeId id) { names.emplace_back(selector.index().project().node(id).name); });
  return names;
}

}  // namespace plowline::testing
