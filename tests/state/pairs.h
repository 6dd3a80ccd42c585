// Two manifests that differ in one thing, and what state: sees of it.
#pragma once

#include <chrono>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "selection/projects.h"
#include "state/manifest_state.h"

namespace plowline::testing {

using nlohmann::json;

// Past every deprecation date of the tests that is meant to be past.
inline std::chrono::system_clock::time_point today() {
  return std::chrono::sys_days(std::chrono::year(2024) / 6 / 1);
}

inline json node(const std::string& type, const std::string& name) {
  return {{"unique_id", type + ".shop." + name},
          {"resource_type", type},
          {"name", name},
          {"package_name", "shop"},
          {"original_file_path", "models/" + name + ".sql"},
          {"fqn", {"shop", name}},
          {"alias", name},
          {"database", "db"},
          {"schema", "dev"},
          {"relation_name", nullptr},
          {"raw_code", "select 1"},
          {"description", "what it is"},
          {"columns", {{"id", {{"name", "id"}, {"description", "the key"}}}}},
          {"config", {{"enabled", true}, {"materialized", "table"}}},
          {"unrendered_config", {{"materialized", "table"}}},
          {"checksum", {{"name", "sha256"}, {"checksum", "aa"}}},
          {"depends_on", {{"nodes", json::array()}, {"macros", json::array()}}},
          {"created_at", 1.5}};
}

inline json macro(const std::string& name, const std::vector<std::string>& calls = {}) {
  json out{{"unique_id", "macro.shop." + name},
           {"resource_type", "macro"},
           {"name", name},
           {"package_name", "shop"},
           {"original_file_path", "macros/" + name + ".sql"},
           {"macro_sql", "{% macro " + name + "() %}{% endmacro %}"},
           {"depends_on", {{"macros", json::array()}}}};
  for (const std::string& call : calls) out["depends_on"]["macros"].push_back("macro.shop." + call);
  return out;
}

// One node of every resource type.
inline json every_type() {
  json manifest = empty_manifest();
  manifest["metadata"]["adapter_type"] = "postgres";
  json& nodes = manifest["nodes"];
  for (const char* type : {"model", "seed", "snapshot", "analysis", "operation"}) {
    const json one = node(type, "a");
    nodes[one["unique_id"].get<std::string>()] = one;
  }
  nodes["test.shop.singular"] = node("test", "singular");
  nodes["test.shop.generic"] = node("test", "generic");
  nodes["test.shop.generic"]["test_metadata"] = {{"name", "unique"}};
  json& model = nodes["model.shop.a"];
  model["relation_name"] = "\"db\".\"dev\".\"a\"";
  model["access"] = "protected";
  model["version"] = nullptr;
  model["latest_version"] = nullptr;
  model["deprecation_date"] = nullptr;
  model["contract"] = {{"enforced", false}, {"checksum", nullptr}};
  model["depends_on"]["macros"] = {"macro.shop.outer"};

  json source = node("source", "raw.orders");
  source["source_name"] = "raw";
  source["name"] = "orders";
  source["identifier"] = "orders";
  source["quoting"] = {{"database", nullptr}, {"schema", nullptr}};
  source["freshness"] = nullptr;
  source["loaded_at_field"] = nullptr;
  source["external"] = nullptr;
  manifest["sources"]["source.shop.raw.orders"] = source;

  json exposure = node("exposure", "board");
  exposure.update({{"type", "dashboard"}, {"owner", {{"name", "Ann"}}}, {"maturity", "high"}, {"url", nullptr}});
  exposure.update({{"label", "Board"}});
  manifest["exposures"]["exposure.shop.board"] = exposure;

  json metric = node("metric", "revenue");
  metric.update({{"type", "simple"}, {"label", "Revenue"}, {"filter", nullptr}});
  manifest["metrics"]["metric.shop.revenue"] = metric;

  json semantic = node("semantic_model", "orders");
  semantic.update({{"model", "ref('a')"}, {"entities", json::array({{{"name", "id"}, {"type", "primary"}}})}});
  semantic.update({{"config", {{"enabled", true}, {"meta", json::object()}}}});
  manifest["semantic_models"]["semantic_model.shop.orders"] = semantic;

  json query = node("saved_query", "weekly");
  query["query_params"] = {{"metrics", {"revenue"}}, {"group_by", json::array()}, {"where", nullptr}, {"limit", 5}};
  query["exports"] = json::array({{{"name", "out"}, {"unrendered_config", {{"alias", "w"}, {"other", "x"}}}}});
  query["config"] = {{"enabled", true}, {"cache", {{"enabled", false}}}};
  query["tags"] = json::array();
  manifest["saved_queries"]["saved_query.shop.weekly"] = query;

  json unit_test = node("unit_test", "checks");
  unit_test["checksum"] = "aa";
  manifest["unit_tests"]["unit_test.shop.checks"] = unit_test;

  json function = node("function", "f");
  function["arguments"] = json::array({{{"name", "x"}, {"data_type", "int"}}});
  function["returns"] = {{"data_type", "int"}};
  manifest["functions"]["function.shop.f"] = function;

  for (const json& one : {macro("outer", {"middle"}), macro("middle", {"inner"}), macro("inner"), macro("unused")})
    manifest["macros"][one["unique_id"].get<std::string>()] = one;
  return manifest;
}

// The record of that unique_id, wherever it stands.
inline json& record(json& manifest, const std::string& unique_id) {
  for (const char* kind : {"nodes", "sources", "exposures", "metrics", "semantic_models", "saved_queries", "unit_tests",
                           "functions", "macros"}) {
    if (manifest.contains(kind) && manifest[kind].contains(unique_id)) return manifest[kind][unique_id];
  }
  throw std::runtime_error("no record " + unique_id);
}

// Two manifests compared.
class Pair {
 public:
  Pair(const json& before, const json& now) : project_(project_of(now)) {
    artifacts_.manifest = project_of(before);
    state_.emplace(project_, artifacts_, warnings_, today());
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  const Project& project() const { return project_; }
  const Project& previous() const { return *artifacts_.manifest; }
  const ManifestState& state() const { return *state_; }
  const Warnings& warnings() const { return warnings_; }

  // unique_ids that `state:VALUE` means; an error as its text.
  std::vector<std::string> ids(const std::string& value) const {
    const auto found = state_->state(value);
    if (!found) return {to_text(found.error())};
    std::vector<std::string> out;
    for (const NodeId id : found->ids()) out.emplace_back(project_.node(id).unique_id);
    return out;
  }

  // The values of `state:modified…` that mean that node, without their common beginning; `-` where none does.
  std::string seen(const std::string& unique_id) const {
    std::string out;
    for (const char* value : {"modified", "modified.body", "modified.configs", "modified.persisted_descriptions",
                              "modified.relation", "modified.macros", "modified.contract"}) {
      const std::vector<std::string> found = ids(value);
      if (std::ranges::find(found, unique_id) == found.end()) continue;
      const std::string_view word = value;
      out += (out.empty() ? "" : " ") + std::string(word.substr(word.find('.') == word.npos ? 0 : word.find('.') + 1));
    }
    return out.empty() ? "-" : out;
  }

 private:
  Warnings warnings_;
  Project project_;
  StateArtifacts artifacts_;
  std::optional<ManifestState> state_;
};

// What is seen of one change to one record.
inline std::string seen(const std::string& unique_id, const std::function<void(json&)>& change) {
  const json before = every_type();
  json now = before;
  change(record(now, unique_id));
  return Pair(before, now).seen(unique_id);
}

}  // namespace plowline::testing
