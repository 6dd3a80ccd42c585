// From the nodes of a rule's test to the manifest that dbt would have written.
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string_view>

#include "query/rule_fixture.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;
using Kind = PlacedValue::Kind;

Json json_of(const PlacedValue& value) {
  switch (value.kind) {
    case Kind::kNull:
      return nullptr;
    case Kind::kBool:
      return value.text == "true";
    case Kind::kNumber: {
      Json number = Json::parse(value.text, nullptr, false);
      return number.is_number() ? number : Json(value.text);
    }
    case Kind::kText:
    case Kind::kOther:
      return value.text;
    case Kind::kList: {
      Json list = Json::array();
      for (const PlacedValue& item : value.items) list.push_back(json_of(item));
      return list;
    }
    case Kind::kMap: {
      Json map = Json::object();
      for (const auto& [key, member] : value.members) map[key.text] = json_of(member);
      return map;
    }
  }
  return nullptr;
}

std::vector<std::string> parts_of(const std::string& unique_id) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t dot = 0; (dot = unique_id.find('.', begin)) != std::string::npos; begin = dot + 1)
    parts.push_back(unique_id.substr(begin, dot - begin));
  parts.push_back(unique_id.substr(begin));
  return parts;
}

// A part of the unique_id; empty where it has none.
std::string part(const std::vector<std::string>& parts, std::size_t at) {
  return at < parts.size() ? parts[at] : std::string();
}

std::string file_of(const std::string& type, const std::string& name) {
  if (type == "seed") return "seeds/" + name + ".csv";
  if (type == "snapshot") return "snapshots/" + name + ".sql";
  if (type == "macro") return "macros/" + name + ".sql";
  if (type == "analysis") return "analyses/" + name + ".sql";
  if (type == "model") return "models/" + name + ".sql";
  return "models/_" + type + "s.yml";
}

std::string materialized_of(const std::string& type) {
  if (type == "model") return "view";
  return type == "source" || type == "exposure" || type == "metric" ? "" : type;
}

// Members that are written shorter than dbt writes them.
void write_out(Json& node) {
  if (node.contains("depends_on") && node["depends_on"].is_array()) {
    node["depends_on"] = {{"nodes", node["depends_on"]}, {"macros", Json::array()}};
  }
  if (node.contains("columns") && node["columns"].is_array()) {
    Json columns = Json::object();
    for (const Json& column : node["columns"]) {
      const Json named = column.is_object() ? column : Json{{"name", column}};
      const Json name = named.value("name", Json());
      columns[name.is_string() ? name.get<std::string>() : name.dump()] = named;
    }
    node["columns"] = columns;
  }
  if (!node.contains("config") || !node["config"].is_object()) node["config"] = Json::object();
  for (const char* both : {"meta", "tags"}) {
    if (node.contains(both) && !node["config"].contains(both)) node["config"][both] = node[both];
    if (!node.contains(both) && node["config"].contains(both)) node[both] = node["config"][both];
  }
}

// dbt's members with the values that they have where nobody says otherwise.
Json defaults_of(const std::string& unique_id) {
  const std::vector<std::string> parts = parts_of(unique_id);
  const std::string type = part(parts, 0);
  const bool is_source = type == "source";
  const std::string name = part(parts, is_source || type == "unit_test" ? 3 : 2);
  Json node = {{"unique_id", unique_id},
               {"resource_type", type},
               {"package_name", part(parts, 1)},
               {"name", name},
               {"path", file_of(type, name).substr(file_of(type, name).find('/') + 1)},
               {"original_file_path", file_of(type, name)},
               {"fqn", Json::array({part(parts, 1), name})},
               {"alias", name},
               {"schema", "analytics"},
               {"database", "warehouse"},
               {"description", ""},
               {"raw_code", ""},
               {"tags", Json::array()},
               {"meta", Json::object()},
               {"columns", Json::object()},
               {"depends_on", {{"nodes", Json::array()}, {"macros", Json::array()}}},
               {"checksum", {{"name", "none"}, {"checksum", ""}}},
               {"config", {{"enabled", true}, {"tags", Json::array()}, {"meta", Json::object()}}}};
  if (const std::string materialized = materialized_of(type); !materialized.empty())
    node["config"]["materialized"] = materialized;
  if (is_source) {
    node["source_name"] = part(parts, 2);
    node["identifier"] = name;
  }
  if (parts.size() > 3 && type == "model" && parts[3].starts_with('v')) node["version"] = parts[3].substr(1);
  return node;
}

Json node_of(const std::string& unique_id, const PlacedValue& written) {
  Json own = json_of(written);
  if (!own.is_object()) own = Json::object();
  write_out(own);
  Json node = defaults_of(unique_id);
  const Json config = own["config"];
  own.erase("config");
  node.update(own);
  node["config"].update(config);
  return node;
}

bool is_disabled(const Json& node) {
  const auto enabled = node["config"].find("enabled");
  return enabled != node["config"].end() && *enabled == false;
}

// The member of the manifest in which nodes of that type stand.
std::string_view group_of(std::string_view type) {
  constexpr std::pair<std::string_view, std::string_view> kGroups[] = {{"source", "sources"},
                                                                       {"exposure", "exposures"},
                                                                       {"metric", "metrics"},
                                                                       {"semantic_model", "semantic_models"},
                                                                       {"saved_query", "saved_queries"},
                                                                       {"unit_test", "unit_tests"},
                                                                       {"macro", "macros"},
                                                                       {"group", "groups"},
                                                                       {"function", "functions"}};
  const auto found = std::ranges::find(kGroups, type, [](const auto& pair) { return pair.first; });
  return found == std::end(kGroups) ? std::string_view("nodes") : found->second;
}

}  // namespace

std::string manifest_of_nodes(const PlacedValue& nodes, const std::string& project) {
  Json manifest = {{"metadata",
                    {{"dbt_schema_version", "https://schemas.getdbt.com/dbt/manifest/v12.json"},
                     {"dbt_version", "1.10.0"},
                     {"generated_at", "2024-01-01T00:00:00Z"},
                     {"adapter_type", "postgres"}}}};
  for (const char* group : {"nodes", "sources", "macros", "docs", "exposures", "metrics", "groups", "selectors",
                            "disabled", "semantic_models", "saved_queries", "unit_tests", "functions"}) {
    manifest[group] = Json::object();
  }
  std::string root = project;
  for (const auto& [key, value] : nodes.members) {
    const std::vector<std::string> parts = parts_of(key.text);
    if (root.empty()) root = part(parts, 1);
    Json node = node_of(key.text, value);
    if (is_disabled(node)) {
      manifest["disabled"][key.text] = Json::array({std::move(node)});
    } else {
      manifest[std::string(group_of(part(parts, 0)))][key.text] = std::move(node);
    }
  }
  manifest["metadata"]["project_name"] = root;
  return manifest.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace plowline
