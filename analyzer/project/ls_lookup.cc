#include "project/ls_lookup.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace plowline {
namespace {

std::string version_text(const NodeRecord& node) {
  if (node.version.empty()) return {};
  const Result<JsonText> json = check(node.version);
  return json && !json->is_null() ? json->scalar() : std::string();
}

// Calls `say(way, text)` for every way in which dbt writes this node. `text` is valid during the call.
template <typename Say>
void spell_selector(const NodeRecord& node, std::string_view versioned, std::string& buffer, Say&& say) {
  std::string_view type;
  std::string_view name = node.name;
  switch (node.resource_type) {
    case ResourceType::kSource:
      type = "source:";
      break;
    case ResourceType::kExposure:
      type = "exposure:";
      break;
    case ResourceType::kMetric:
      type = "metric:";
      break;
    case ResourceType::kSavedQuery:
      type = "saved_query:";
      break;
    case ResourceType::kSemanticModel:
      type = "semantic_model:";
      break;
    case ResourceType::kUnitTest:
      type = "unit_test:";
      name = versioned;
      break;
    default:
      break;
  }
  buffer.clear();
  for (const std::string_view part : node.fqn) fmt::format_to(std::back_inserter(buffer), "{}.", part);
  if (!buffer.empty()) buffer.pop_back();
  say(Way::kSelector, std::string_view(buffer));
  if (type.empty()) return;
  const std::string fqn = buffer;
  buffer =
      fmt::format("{}{}.{}{}{}", type, node.package_name, node.source_name, node.source_name.empty() ? "" : ".", name);
  say(Way::kSelector, std::string_view(buffer));
  const std::string_view without_type = std::string_view(buffer).substr(type.size());
  if (without_type != fqn) say(Way::kSelector, without_type);
}

template <typename Say>
void spell(const NodeRecord& node, std::string& buffer, Say&& say) {
  std::string versioned(node.name);  // of a unit test
  const std::string version = version_text(node);
  if (!version.empty() && node.resource_type == ResourceType::kUnitTest) versioned += "_v" + version;
  spell_selector(node, versioned, buffer, say);
  say(Way::kUniqueId, node.unique_id);
  if (node.resource_type == ResourceType::kSource) {
    buffer = fmt::format("{}.{}", node.source_name, node.name);
    say(Way::kName, std::string_view(buffer));
  } else if (!version.empty() && node.resource_type == ResourceType::kModel) {
    buffer = fmt::format("{}.v{}", node.name, version);
    say(Way::kName, std::string_view(buffer));
    say(Way::kUnversioned, node.name);
  } else {
    say(Way::kName, node.name);
    if (versioned != node.name) say(Way::kName, std::string_view(versioned));
  }
  say(Way::kPlainName, node.name);
  say(Way::kAlias, node.alias);
  say(Way::kRelation, node.relation_name);
  say(Way::kIdentifier, node.identifier);
  if (node.original_file_path.find('\\') == std::string_view::npos) {
    say(Way::kPath, node.original_file_path);
  } else {
    buffer = with_slashes(node.original_file_path);
    say(Way::kPath, std::string_view(buffer));
  }
}

}  // namespace

std::string with_slashes(std::string_view path) {
  std::string out(path);
  std::ranges::replace(out, '\\', '/');
  return out;
}

void LsLookup::ask(std::string_view text) {
  if (text.find('\\') != std::string_view::npos) text = owned_.emplace_back(with_slashes(text));
  if (!text.empty()) found_.try_emplace(text);
}

void LsLookup::answer(const Project& project) {
  if (found_.empty()) return;
  std::string buffer;
  for (std::uint32_t i = 0; i < project.size(); ++i) {
    const NodeId id{i};
    spell(project.node(id), buffer, [&](Way way, std::string_view text) {
      const auto entry = found_.find(text);
      if (entry == found_.end()) return;
      if (!project.enabled(id)) {
        entry->second.disabled = true;
        return;
      }
      NodeIds& nodes = entry->second.nodes[static_cast<std::size_t>(way)];
      if (nodes.empty() || nodes.back() != id) nodes.push_back(id);
    });
  }
  for (const NodeRecord& node : project.disabled()) {
    spell(node, buffer, [&](Way, std::string_view text) {
      if (const auto entry = found_.find(text); entry != found_.end()) entry->second.disabled = true;
    });
  }
}

const LsFound& LsLookup::of(std::string_view text) const {
  const bool backslashes = text.find('\\') != std::string_view::npos;
  const auto entry = backslashes ? found_.find(with_slashes(text)) : found_.find(text);
  return entry == found_.end() ? nothing_ : entry->second;
}

}  // namespace plowline
