#include "selection/listing.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>

#include "selection/python_json.h"

namespace plowline {
namespace {

constexpr std::array<std::string_view, 10> kDefaultKeys{
    "alias",  "name",          "package_name", "depends_on",         "tags",
    "config", "resource_type", "source_name",  "original_file_path", "unique_id"};

// A version as text; empty where the node has none.
Result<std::string> version_of(const Project& project, NodeId id) {
  if (project.node(id).version.empty()) return std::string();
  const Result<JsonText> version = project.read(id, &NodeRecord::version);
  if (!version) return std::unexpected(version.error());
  return version->is_null() ? std::string() : version->scalar();
}

Result<std::string> as_selector(const Project& project, NodeId id) {
  const NodeRecord& node = project.node(id);
  switch (node.resource_type) {
    case ResourceType::kSource:
      return fmt::format("source:{}.{}.{}", node.package_name, node.source_name, node.name);
    case ResourceType::kExposure:
    case ResourceType::kMetric:
    case ResourceType::kSavedQuery:
    case ResourceType::kSemanticModel:
      return fmt::format("{}:{}.{}", to_string(node.resource_type), node.package_name, node.name);
    case ResourceType::kUnitTest: {
      const Result<std::string> version = version_of(project, id);
      if (!version) return version;
      return fmt::format("unit_test:{}.{}{}{}", node.package_name, node.name, version->empty() ? "" : "_v", *version);
    }
    default:
      return fmt::format("{}", fmt::join(node.fqn, "."));
  }
}

Result<std::string> as_name(const Project& project, NodeId id) {
  const NodeRecord& node = project.node(id);
  if (node.resource_type == ResourceType::kSource) return fmt::format("{}.{}", node.source_name, node.name);
  if (node.resource_type != ResourceType::kModel) return std::string(node.name);
  const Result<std::string> version = version_of(project, id);
  if (!version) return version;
  return version->empty() ? std::string(node.name) : fmt::format("{}.v{}", node.name, *version);
}

using Members = std::vector<std::pair<std::string, JsonText>>;

const JsonText* find(const Members& members, std::string_view key) {
  const auto at = std::ranges::find(members, key, &Members::value_type::first);
  return at == members.end() ? nullptr : &at->second;
}

// What `config.materialized` leads to; nothing where a part is missing or at the end stands null.
std::optional<JsonText> nested(const Members& members, std::string_view path) {
  std::optional<JsonText> value;
  for (bool first = true; first || !path.empty(); first = false) {
    const std::size_t dot = path.find('.');
    const std::string_view key = path.substr(0, dot);
    if (first) {
      const JsonText* member = find(members, key);
      if (member != nullptr) value = *member;
    } else {
      value = value->get(key);
    }
    if (!value) return std::nullopt;
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
    if (path.empty()) return std::nullopt;
  }
  return value->is_null() ? std::nullopt : value;
}

void append(std::string& out, std::string_view key, const JsonText& value) {
  if (out.size() > 1) out += ", ";
  append_python_string(out, key);
  out += ": ";
  append_python_json(out, value.bytes());
}

Result<std::string> as_json(const Project& project, NodeId id, const std::vector<std::string>& keys) {
  const Result<JsonText> record = project.read(id, &NodeRecord::whole);
  if (!record) return std::unexpected(record.error());
  const Members members = record->members();
  std::string out = "{";
  if (keys.empty()) {
    for (const auto& [key, value] : members) {
      if (std::ranges::find(kDefaultKeys, key) != kDefaultKeys.end()) append(out, key, value);
    }
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string& key = keys[i];
    if (std::find(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(i), key) !=
        keys.begin() + static_cast<std::ptrdiff_t>(i)) {
      continue;
    }
    if (key.find('.') != std::string::npos) {
      if (const std::optional<JsonText> value = nested(members, key)) append(out, key, *value);
    } else if (const JsonText* value = find(members, key)) {
      append(out, key, *value);
    }
  }
  out += '}';
  return out;
}

}  // namespace

Result<ListOutput> list_output_from(std::string_view word) {
  if (word == "selector") return ListOutput::kSelector;
  if (word == "name") return ListOutput::kName;
  if (word == "path") return ListOutput::kPath;
  if (word == "json") return ListOutput::kJson;
  return usage_error(fmt::format("'{}' is not one of 'json', 'name', 'path', 'selector'", word));
}

Result<std::string> listed(const Project& project, NodeId id, ListOutput output, const std::vector<std::string>& keys) {
  switch (output) {
    case ListOutput::kSelector:
      return as_selector(project, id);
    case ListOutput::kName:
      return as_name(project, id);
    case ListOutput::kPath:
      return std::string(project.node(id).original_file_path);
    case ListOutput::kJson:
      break;
  }
  return as_json(project, id, keys);
}

}  // namespace plowline
