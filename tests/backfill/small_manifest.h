// Small manifests for tests of both sides of a backfill.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "project/project.h"
#include "snowplow/packages.h"

namespace plowline::testing {

// A manifest of the project `shop` with Snowplow's unified package in its smallest form, for one target. Nodes are
// rendered as dbt does it: `"shop"."<schema>"."<name>"`.
class SmallManifest {
 public:
  // `target_schema` is the target's own; custom schemas are appended, as dbt's own generate_schema_name does it.
  explicit SmallManifest(std::string target_schema);

  // A model of the root project: its custom schema (empty: none), tagged for the package or not.
  SmallManifest& model(const std::string& name, const std::string& custom_schema, bool tagged,
                       const std::vector<std::string>& parents = {}, const std::string& materialized = "incremental");
  // Puts the model in another schema than the rule has it.
  SmallManifest& schema(const std::string& name, const std::string& schema);
  // Any change to a record.
  SmallManifest& merge(const std::string& unique_id, const nlohmann::json& changes);

  plowline::Project project() const;
  std::string text() const { return manifest_.dump(); }

 private:
  nlohmann::json& add(const std::string& package, const std::string& name, const std::string& custom_schema,
                      const std::string& materialized);
  void place(nlohmann::json& node, const std::string& schema);

  std::string target_;
  nlohmann::json manifest_;
};

// The packages of a project; the project must outlive them.
plowline::SnowplowPackages packages_of(const plowline::Project& project);

}  // namespace plowline::testing
