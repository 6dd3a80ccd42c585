// What else defines a node that is no model: an exposure's owner, a metric's type, a source's freshness, …
#include <array>
#include <set>

#include "state/compare_sides.h"
#include "state/same_record.h"

namespace plowline::state_detail {
namespace {

std::span<const std::string_view> definition_keys(ResourceType type) {
  static constexpr std::array<std::string_view, 4> kSource{"quoting", "freshness", "loaded_at_field", "external"};
  static constexpr std::array<std::string_view, 6> kExposure{"type", "owner",       "maturity",
                                                             "url",  "description", "label"};
  static constexpr std::array<std::string_view, 3> kMetric{"type", "description", "label"};
  static constexpr std::array<std::string_view, 8> kSemanticModel{
      "model", "description", "defaults", "entities", "dimensions", "measures", "primary_entity", "group"};
  static constexpr std::array<std::string_view, 4> kSavedQuery{"description", "label", "group", "tags"};
  static constexpr std::array<std::string_view, 2> kFunction{"arguments", "returns"};
  static constexpr std::array<std::string_view, 1> kUnitTest{"checksum"};
  switch (type) {
    case ResourceType::kSource:
      return kSource;
    case ResourceType::kExposure:
      return kExposure;
    case ResourceType::kMetric:
      return kMetric;
    case ResourceType::kSemanticModel:
      return kSemanticModel;
    case ResourceType::kSavedQuery:
      return kSavedQuery;
    case ResourceType::kFunction:
      return kFunction;
    case ResourceType::kUnitTest:
      return kUnitTest;
    default:
      return {};
  }
}

std::optional<JsonText> member_of(const std::optional<JsonText>& object, std::string_view key) {
  return object ? object->get(key) : std::nullopt;
}

bool same_export(const JsonText& now, const JsonText& before) {
  if (!equal_members(now.get("name"), before.get("name"))) return false;
  const auto config = now.get("unrendered_config");
  const auto old_config = before.get("unrendered_config");
  return std::ranges::all_of(std::array{"export_as", "schema", "alias"}, [&](const char* key) {
    return equal_members(member_of(config, key), member_of(old_config, key));
  });
}

// A saved query's parameters (not their order_by and limit), and its exports by name and by what the user configured.
void compare_saved_queries(const Both<JsonMembers>& records, Differences& found) {
  const auto now = find_member(records.now, "query_params");
  const auto before = find_member(records.before, "query_params");
  for (const char* key : {"metrics", "group_by", "where"}) {
    const auto is = member_of(now, key);
    const auto was = member_of(before, key);
    if (!equal_members(is, was)) found.push_back({Aspect::kDefinition, key, shown(was), shown(is)});
  }
  const auto exports = find_member(records.now, "exports");
  const auto old_exports = find_member(records.before, "exports");
  const auto items = [](const std::optional<JsonText>& list) { return list ? list->items() : std::vector<JsonText>(); };
  if (!std::ranges::equal(items(exports), items(old_exports), same_export))
    found.push_back({Aspect::kDefinition, "exports", shown(old_exports), shown(exports)});
}

// As a set: dbt does not care for the order.
void compare_dependencies(const NodePair& pair, Differences& found) {
  const auto nodes = [](const NodeRecord& node) {
    return std::set(node.depends_on.nodes.begin(), node.depends_on.nodes.end());
  };
  const auto now = nodes(pair.now());
  const auto before = nodes(pair.before());
  if (now == before) return;
  found.push_back({Aspect::kDefinition, "depends_on", as_json_list(before), as_json_list(now)});
}

}  // namespace

Result<Differences> compare_definitions(const NodePair& pair) {
  if (same_but_for_created_at(pair.now().whole.bytes, pair.before().whole.bytes)) return Differences{};
  const auto records = read_objects(pair, &NodeRecord::whole);
  if (!records) return std::unexpected(records.error());
  const ResourceType type = pair.now().resource_type;
  Differences found;
  for (const std::string_view key : definition_keys(type)) {
    const auto now = find_member(records->now, key);
    const auto before = find_member(records->before, key);
    if (!equal_members(now, before))
      found.push_back({Aspect::kDefinition, std::string(key), shown(before), shown(now)});
  }
  if (type == ResourceType::kExposure) compare_dependencies(pair, found);
  if (type == ResourceType::kSavedQuery) compare_saved_queries(*records, found);
  return found;
}

}  // namespace plowline::state_detail
