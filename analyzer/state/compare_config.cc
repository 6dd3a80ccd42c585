// Configs as the user wrote them, and the descriptions that persist_docs writes into the warehouse.
#include <array>

#include "state/compare_sides.h"

namespace plowline::state_detail {
namespace {

// Keys that are compared elsewhere or not at all, per config class of dbt.
bool is_left_out(const NodeRecord& node, std::string_view key) {
  constexpr std::array<std::string_view, 5> kOfNodes{"alias", "schema", "database", "tags", "group"};
  constexpr std::array<std::string_view, 8> kModifiers{"severity", "where",    "limit",          "fail_calc",
                                                       "warn_if",  "error_if", "store_failures", "store_failures_as"};
  if (is_test(node)) return std::ranges::find(kModifiers, key) == kModifiers.end();
  if (is_parsed_node(node)) return std::ranges::find(kOfNodes, key) != kOfNodes.end();
  return node.resource_type == ResourceType::kMetric && key == "group";
}

// Semantic models and saved queries are compared by the config itself, whose keys have defaults.
bool same_rendered(std::string_view key, const std::optional<JsonText>& now, const std::optional<JsonText>& before) {
  if (now.has_value() == before.has_value()) return equal_members(now, before);
  const JsonText& given = now ? *now : *before;
  if (key == "enabled") return given.boolean() == true;
  if (key == "cache") {
    const auto enabled = given.get("enabled");
    return given.kind() == JsonText::Kind::kObject && (!enabled || enabled->boolean() == false);
  }
  return equal_members(now, before);
}

bool is_true_for_python(const std::optional<JsonText>& value) {
  if (!value || value->is_null()) return false;
  if (const auto truth = value->boolean()) return *truth;
  return value->kind() != JsonText::Kind::kString || value->bytes().size() > 2;
}

void compare_column_descriptions(const Both<JsonMembers>& columns, Differences& found) {
  for_each_key(columns, [&](const std::string& column, const auto& now, const auto& before) {
    const auto text = [](const std::optional<JsonText>& value) {
      return value ? value->get("description") : std::nullopt;
    };
    if (now.has_value() == before.has_value() && equal_members(text(now), text(before))) return;
    found.push_back({Aspect::kPersistedDescriptions, "columns." + column, shown(text(before)), shown(text(now))});
  });
}

}  // namespace

Result<Differences> compare_configs(const NodePair& pair) {
  const bool rendered =
      pair.now().resource_type == ResourceType::kSemanticModel || pair.now().resource_type == ResourceType::kSavedQuery;
  const Member member = rendered ? &NodeRecord::config : &NodeRecord::unrendered_config;
  if (same_bytes(pair, member)) return Differences{};
  const auto configs = read_objects(pair, member);
  if (!configs) return std::unexpected(configs.error());
  Differences found;
  for_each_key(*configs, [&](const std::string& key, const auto& now, const auto& before) {
    if (!rendered && is_left_out(pair.now(), key)) return;
    const bool same = rendered ? same_rendered(key, now, before) : now && before && equal_values(*now, *before);
    if (!same) found.push_back({Aspect::kConfigs, key, shown(before), shown(now)});
  });
  return found;
}

// Which descriptions count is the current config's word: a change of persist_docs itself is a change of configs. A
// test's config class has no persist_docs.
Result<Differences> compare_descriptions(const NodePair& pair) {
  if (is_test(pair.now()) || (same_bytes(pair, &NodeRecord::description) && same_bytes(pair, &NodeRecord::columns)))
    return Differences{};
  const auto config = pair.project->config(pair.id);
  if (!config) return std::unexpected(config.error());
  const auto persist = config->get("persist_docs");
  const auto persists = [&](std::string_view what) {
    return is_true_for_python(persist ? persist->get(what) : std::nullopt);
  };
  Differences found;
  if (persists("relation")) {
    const auto description = read_both(pair, &NodeRecord::description);
    if (!description) return std::unexpected(description.error());
    if (!equal_members(description->now, description->before)) {
      found.push_back(
          {Aspect::kPersistedDescriptions, "description", shown(description->before), shown(description->now)});
    }
  }
  if (persists("columns")) {
    const auto columns = read_objects(pair, &NodeRecord::columns);
    if (!columns) return std::unexpected(columns.error());
    compare_column_descriptions(*columns, found);
  }
  return found;
}

}  // namespace plowline::state_detail
