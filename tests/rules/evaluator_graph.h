// The graph as dbt-project-evaluator's models have it (int_all_graph_resources, int_direct_relationships), worked out
// from a manifest's JSON without plowline's own code: for definitions of which no recorded project has a case.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace plowline::testing {

class EvaluatorGraph {
 public:
  struct Resource {
    std::string name;  // its resource_name: `raw.orders`, `orders.v2`
    std::string type;
    std::string layer;  // its model_type; empty of what has none
    bool is_spine = false;
  };
  struct Edge {
    const Resource* child;
    const Resource* parent;
  };
  using Names = std::set<std::string>;

  explicit EvaluatorGraph(const nlohmann::json& manifest) {
    for (const char* group : {"nodes", "sources"}) {
      for (const auto& [id, record] : manifest[group].items()) add(id, record);
    }
    for (const auto& [id, record] : manifest["nodes"].items()) connect(id, record);
  }

  // `child <- parent` of the edges for which `wanted` says so.
  Names edges(const std::function<bool(const Edge&)>& wanted) const {
    Names found;
    for (const Edge& edge : edges_) {
      if (wanted(edge)) found.insert(edge.child->name + " <- " + edge.parent->name);
    }
    return found;
  }

  // The children with more than `max` parents among the edges for which `wanted` says so.
  Names with_more_parents(std::size_t max, const std::function<bool(const Edge&)>& wanted) const {
    std::map<std::string, Names> parents;
    for (const Edge& edge : edges_) {
      if (wanted(edge)) parents[edge.child->name].insert(edge.parent->name);
    }
    Names found;
    for (const auto& [child, its] : parents) {
      if (its.size() > max) found.insert(child);
    }
    return found;
  }

  // fct_root_models
  Names roots() const {
    Names found;
    for (const auto& [id, resource] : resources_) {
      if (resource.type == "model" && !resource.is_spine) found.insert(resource.name);
    }
    for (const Edge& edge : edges_) found.erase(edge.child->name);
    return found;
  }

  // fct_rejoining_of_upstream_concepts: `child <- parent_and_child`.
  Names rejoined() const {
    std::map<const Resource*, std::set<const Resource*>> parents;
    std::map<std::string, int> children;
    for (const Edge& edge : edges_) {
      parents[edge.child].insert(edge.parent);
      ++children[edge.parent->name];
    }
    return edges([&](const Edge& edge) {
      const auto& of_child = parents[edge.child];
      return children[edge.parent->name] == 1 &&
             std::ranges::any_of(parents[edge.parent], [&](const Resource* first) { return of_child.contains(first); });
    });
  }

 private:
  struct Layer {
    std::string_view name;
    std::array<std::string_view, 2> prefixes;
    std::string_view folder;
  };
  static constexpr std::array<Layer, 5> kLayers = {{{"base", {"base_"}, "/base/"},
                                                    {"staging", {"stg_"}, "/staging/"},
                                                    {"intermediate", {"int_"}, "/intermediate/"},
                                                    {"marts", {"fct_", "dim_"}, "/marts/"},
                                                    {"other", {"rpt_"}, ""}}};

  static std::string layer_of(const std::string& name, const std::string& file) {
    const std::string prefix = name.substr(0, name.find('_')) + "_";
    for (const Layer& layer : kLayers) {
      if (std::ranges::find(layer.prefixes, prefix) != layer.prefixes.end()) return std::string(layer.name);
    }
    const Layer* innermost = nullptr;
    std::size_t place = 0;
    for (const Layer& layer : kLayers) {
      const std::size_t at = layer.folder.empty() ? std::string::npos : file.find(layer.folder);
      if (at == std::string::npos || at < place) continue;
      innermost = &layer;
      place = at;
    }
    return innermost == nullptr ? "other" : std::string(innermost->name);
  }

  void add(const std::string& id, const nlohmann::json& record) {
    const auto config = record.value("config", nlohmann::json::object());
    if (!config.value("enabled", true) || record["package_name"] == "dbt_project_evaluator") return;
    Resource resource;
    resource.type = record["resource_type"];
    resource.name = record["name"];
    if (resource.type == "model" || resource.type == "snapshot")
      resource.layer = layer_of(resource.name, record["original_file_path"]);
    if (const auto spine = record.find("time_spine"); spine != record.end())
      resource.is_spine = !spine->is_null() || resource.name == "metricflow_time_spine";
    if (resource.type == "source") resource.name = record["source_name"].get<std::string>() + "." + resource.name;
    if (const auto version = record.find("version"); version != record.end() && !version->is_null())
      resource.name += ".v" + (version->is_string() ? version->get<std::string>() : version->dump());
    resources_.emplace(id, std::move(resource));
  }

  // Tests have no part in its graph, and of exposures and metrics it is not known whether they are excluded, so that
  // every table that asks leaves them out.
  void connect(const std::string& id, const nlohmann::json& record) {
    const auto child = resources_.find(id);
    if (child == resources_.end() || (child->second.type != "model" && child->second.type != "snapshot")) return;
    for (const auto& parent_id : record["depends_on"]["nodes"]) {
      const auto parent = resources_.find(parent_id.get<std::string>());
      if (parent != resources_.end()) edges_.push_back({&child->second, &parent->second});
    }
  }

  std::map<std::string, Resource> resources_;
  std::vector<Edge> edges_;
};

}  // namespace plowline::testing
