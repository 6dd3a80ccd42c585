#include "backfill/small_manifest.h"

#include <doctest/doctest.h>
#include <utility>

namespace plowline::testing {

using Json = nlohmann::json;

namespace {

const char* const kTag = "snowplow_unified_incremental";

}  // namespace

SmallManifest::SmallManifest(std::string target_schema) : target_(std::move(target_schema)) {
  manifest_ = {{"metadata",
                {{"dbt_schema_version", "https://schemas.getdbt.com/dbt/manifest/v12.json"},
                 {"dbt_version", "1.11.14"},
                 {"generated_at", "2026-11-21T02:08:51.492977Z"},
                 {"project_name", "shop"},
                 {"adapter_type", "postgres"}}},
               {"nodes", Json::object()},
               {"sources", Json::object()},
               {"macros", Json::object()},
               {"disabled", Json::object()},
               {"parent_map", Json::object()},
               {"child_map", Json::object()}};
  add("snowplow_unified", "snowplow_unified_incremental_manifest", "snowplow_manifest", "incremental");
  Json& limits = add("snowplow_unified", "snowplow_unified_base_new_event_limits", "scratch", "table");
  limits["raw_code"] = "{% set models = snowplow_utils.get_enabled_snowplow_models('snowplow_unified') %} select 1";
  limits["depends_on"]["nodes"] = {"model.snowplow_unified.snowplow_unified_incremental_manifest"};
  Json& events = add("snowplow_unified", "snowplow_unified_base_events_this_run", "scratch", "table");
  events["depends_on"]["nodes"] = {"model.snowplow_unified.snowplow_unified_base_new_event_limits"};
  Json& hook = manifest_["nodes"]["operation.snowplow_unified.snowplow_unified-on-run-end-0"];
  hook = {{"unique_id", "operation.snowplow_unified.snowplow_unified-on-run-end-0"},
          {"resource_type", "operation"},
          {"name", "snowplow_unified-on-run-end-0"},
          {"package_name", "snowplow_unified"},
          {"path", "hooks/snowplow_unified-on-run-end-0.sql"},
          {"original_file_path", "./dbt_project.yml"},
          {"fqn", {"snowplow_unified", "hooks", "snowplow_unified-on-run-end-0"}},
          {"tags", {"on-run-end"}},
          {"config", {{"enabled", true}}},
          {"raw_code",
           "{{ snowplow_utils.snowplow_incremental_post_hook(package_name='snowplow_unified', "
           "incremental_manifest_table_name='snowplow_unified_incremental_manifest') }}"},
          {"depends_on", {{"nodes", Json::array()}, {"macros", Json::array()}}}};
}

Json& SmallManifest::add(const std::string& package, const std::string& name, const std::string& custom_schema,
                         const std::string& materialized) {
  const std::string id = "model." + package + "." + name;
  Json& node = manifest_["nodes"][id];
  node = {{"unique_id", id},
          {"resource_type", "model"},
          {"name", name},
          {"alias", name},
          {"package_name", package},
          {"path", name + ".sql"},
          {"original_file_path", "models/" + name + ".sql"},
          {"fqn", {package, name}},
          {"tags", Json::array()},
          {"database", "shop"},
          {"config",
           {{"enabled", true},
            {"materialized", materialized},
            {"schema", custom_schema.empty() ? Json(nullptr) : Json(custom_schema)}}},
          {"raw_code", "select 1"},
          {"depends_on", {{"nodes", Json::array()}, {"macros", Json::array()}}}};
  place(node, custom_schema.empty() ? target_ : target_ + "_" + custom_schema);
  return node;
}

void SmallManifest::place(Json& node, const std::string& schema) {
  node["schema"] = schema;
  const std::string relation = "\"shop\".\"" + schema + "\".\"" + node["name"].get<std::string>() + "\"";
  node["relation_name"] = node["config"]["materialized"] == "ephemeral" ? Json(nullptr) : Json(relation);
}

SmallManifest& SmallManifest::model(const std::string& name, const std::string& custom_schema, bool tagged,
                                    const std::vector<std::string>& parents, const std::string& materialized) {
  Json& node = add("shop", name, custom_schema, materialized);
  if (tagged) node["tags"] = {kTag};
  for (const std::string& parent : parents) node["depends_on"]["nodes"].push_back(parent);
  return *this;
}

SmallManifest& SmallManifest::schema(const std::string& name, const std::string& schema) {
  place(manifest_["nodes"]["model.shop." + name], schema);
  return *this;
}

SmallManifest& SmallManifest::merge(const std::string& unique_id, const Json& changes) {
  manifest_["nodes"][unique_id].merge_patch(changes);
  return *this;
}

plowline::Project SmallManifest::project() const {
  Warnings warnings;
  auto manifest = read_manifest(FileBytes::copy_of(text(), "manifest.json"), warnings);
  REQUIRE_MESSAGE(manifest, manifest.error().reason);
  auto project = Project::build(std::move(*manifest), warnings);
  REQUIRE_MESSAGE(project, project.error().reason);
  return std::move(*project);
}

plowline::SnowplowPackages packages_of(const plowline::Project& project) {
  auto packages = SnowplowPackages::find(project);
  REQUIRE_MESSAGE(packages, packages.error().reason);
  return std::move(*packages);
}

}  // namespace plowline::testing
