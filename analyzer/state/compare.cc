#include "state/compare.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <set>
#include <utility>

#include "state/contract.h"
#include "state/json_value.h"

namespace plowline {
namespace {

using Differences = std::vector<Difference>;
using Member = RawJson NodeRecord::*;

// What aspects read of one node, parsed when first asked for.
class Side {
 public:
  Side(const Project& project, NodeId id) : project_(project), id_(id) {}
  const NodeRecord& node() const { return project_.node(id_); }

  Result<JsonText> member(Member member) const { return project_.read(id_, member); }
  // A member of the record that NodeRecord does not hold.
  Result<std::optional<JsonText>> other(std::string_view key) const {
    const auto whole = project_.read(id_, &NodeRecord::whole);
    if (!whole) return std::unexpected(whole.error());
    return whole->get(key);
  }

 private:
  const Project& project_;
  NodeId id_;
};

struct Sides {
  Side now;
  Side before;
  explicit Sides(const NodePair& pair) : now(*pair.project, pair.id), before(*pair.previous, pair.previous_id) {}
};

std::string shown(const std::optional<JsonText>& value) {
  return value ? std::string(value->bytes()) : std::string();
}

bool is_test(const NodeRecord& node) {
  return node.resource_type == ResourceType::kTest;
}

bool is_generic_test(const NodeRecord& node) {
  return is_test(node) && !node.test_metadata.empty() && node.test_metadata.bytes != "null";
}

// What dbt-core calls a ParsedNode: everything under `nodes`, and functions.
bool is_parsed_node(const NodeRecord& node) {
  switch (node.resource_type) {
    case ResourceType::kSource:
    case ResourceType::kExposure:
    case ResourceType::kMetric:
    case ResourceType::kSemanticModel:
    case ResourceType::kSavedQuery:
    case ResourceType::kUnitTest:
      return false;
    default:
      return true;
  }
}

// --- configs ---------------------------------------------------------------------------------------------------------

// Keys that are compared elsewhere or not at all, per config class of dbt.
bool is_left_out(const NodeRecord& node, std::string_view key) {
  constexpr std::array<std::string_view, 5> kOfNodes{"alias", "schema", "database", "tags", "group"};
  constexpr std::array<std::string_view, 8> kModifiers{"severity", "where",    "limit",          "fail_calc",
                                                       "warn_if",  "error_if", "store_failures", "store_failures_as"};
  if (is_test(node)) return std::ranges::find(kModifiers, key) == kModifiers.end();
  if (is_parsed_node(node)) return std::ranges::find(kOfNodes, key) != kOfNodes.end();
  return node.resource_type == ResourceType::kMetric && key == "group";
}

std::vector<std::string> keys_of(const JsonText& a, const JsonText& b) {
  std::set<std::string> keys;
  for (const JsonText& object : {a, b}) {
    for (auto& [key, value] : object.members()) keys.insert(std::move(key));
  }
  return {keys.begin(), keys.end()};
}

Result<Differences> compare_configs(const NodePair& pair, const Sides& sides) {
  const bool rendered =
      pair.now().resource_type == ResourceType::kSemanticModel || pair.now().resource_type == ResourceType::kSavedQuery;
  const Member member = rendered ? &NodeRecord::config : &NodeRecord::unrendered_config;
  if ((pair.now().*member).bytes == (pair.before().*member).bytes) return Differences{};
  const auto now = sides.now.member(member);
  if (!now) return std::unexpected(now.error());
  const auto before = sides.before.member(member);
  if (!before) return std::unexpected(before.error());
  Differences found;
  for (const std::string& key : keys_of(*now, *before)) {
    if (!rendered && is_left_out(pair.now(), key)) continue;
    const auto is = now->get(key);
    const auto was = before->get(key);
    const bool same = rendered ? equal_members(is, was) : is && was && equal_values(*is, *was);
    if (!same) found.push_back({Aspect::kConfigs, key, shown(was), shown(is)});
  }
  return found;
}

// --- bodies ----------------------------------------------------------------------------------------------------------

std::string in_quotes(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

Result<Differences> compare_seeds(const NodePair& pair) {
  const Checksum& now = pair.now().checksum;
  const Checksum& before = pair.before().checksum;
  // A seed too large for a checksum has its path instead; `none` equals nothing, as in dbt's FileHash.
  if (now.name != "none" && now.name == before.name && now.checksum == before.checksum) return Differences{};
  return Differences{{Aspect::kBody, "checksum", in_quotes(before.checksum), in_quotes(now.checksum)}};
}

Result<Differences> compare_bodies(const NodePair& pair, const Sides& sides) {
  if (pair.now().resource_type == ResourceType::kSeed) return compare_seeds(pair);
  if (pair.now().raw_code.bytes == pair.before().raw_code.bytes) return Differences{};
  const auto now = sides.now.member(&NodeRecord::raw_code);
  if (!now) return std::unexpected(now.error());
  const auto before = sides.before.member(&NodeRecord::raw_code);
  if (!before) return std::unexpected(before.error());
  if (now->string().value_or("") == before->string().value_or("")) return Differences{};
  return Differences{{Aspect::kBody, "raw_code", std::string(before->bytes()), std::string(now->bytes())}};
}

// --- descriptions ----------------------------------------------------------------------------------------------------

void compare_column_descriptions(const JsonText& now, const JsonText& before, Differences& found) {
  for (const std::string& column : keys_of(now, before)) {
    const auto is = now.get(column);
    const auto was = before.get(column);
    const auto text = [](const std::optional<JsonText>& value) {
      return value ? value->get("description") : std::nullopt;
    };
    if (is.has_value() != was.has_value() || !equal_members(text(is), text(was))) {
      found.push_back({Aspect::kPersistedDescriptions, "columns." + column, shown(text(was)), shown(text(is))});
    }
  }
}

// Which descriptions count is the current config's word: a change of persist_docs itself is a change of configs.
Result<Differences> compare_descriptions(const NodePair& pair, const Sides& sides) {
  const NodeRecord& now = pair.now();
  if (now.description.bytes == pair.before().description.bytes && now.columns.bytes == pair.before().columns.bytes)
    return Differences{};
  const auto config = sides.now.member(&NodeRecord::config);
  if (!config) return std::unexpected(config.error());
  const auto persist = config->get("persist_docs");
  const auto persists = [&](std::string_view what) {
    const auto value = persist ? persist->get(what) : std::nullopt;
    return value && value->boolean().value_or(!value->is_null());
  };
  Differences found;
  for (const auto& [what, member] :
       {std::pair{"relation", &NodeRecord::description}, std::pair{"columns", &NodeRecord::columns}}) {
    if (!persists(what)) continue;
    const auto is = sides.now.member(member);
    if (!is) return std::unexpected(is.error());
    const auto was = sides.before.member(member);
    if (!was) return std::unexpected(was.error());
    if (member == &NodeRecord::columns) {
      compare_column_descriptions(*is, *was, found);
    } else if (!equal_members(*is, *was)) {
      found.push_back({Aspect::kPersistedDescriptions, "description", shown(*was), shown(*is)});
    }
  }
  return found;
}

// --- relations -------------------------------------------------------------------------------------------------------

void compare_texts(Aspect aspect, std::string_view key, std::string_view now, std::string_view before,
                   Differences& found) {
  if (now != before) found.push_back({aspect, std::string(key), in_quotes(before), in_quotes(now)});
}

// dbt compares a source's rendered place unless a behaviour flag says otherwise.
Result<Differences> compare_source_relations(const NodePair& pair) {
  Differences found;
  compare_texts(Aspect::kRelation, "database", pair.now().database, pair.before().database, found);
  compare_texts(Aspect::kRelation, "schema", pair.now().schema, pair.before().schema, found);
  compare_texts(Aspect::kRelation, "identifier", pair.now().identifier, pair.before().identifier, found);
  return found;
}

Result<Differences> compare_relations(const NodePair& pair, const Sides& sides) {
  if (pair.now().resource_type == ResourceType::kSource) return compare_source_relations(pair);
  if (!is_parsed_node(pair.now()) || pair.now().unrendered_config.bytes == pair.before().unrendered_config.bytes)
    return Differences{};
  const auto now = sides.now.member(&NodeRecord::unrendered_config);
  if (!now) return std::unexpected(now.error());
  const auto before = sides.before.member(&NodeRecord::unrendered_config);
  if (!before) return std::unexpected(before.error());
  Differences found;
  for (const char* key : {"database", "schema", "alias"}) {
    const auto is = now->get(key);
    const auto was = before->get(key);
    const bool both_none = (!is || is->is_null()) && (!was || was->is_null());
    if (!both_none && !(is && was && equal_values(*is, *was)))
      found.push_back({Aspect::kRelation, key, shown(was), shown(is)});
  }
  return found;
}

// --- the rest --------------------------------------------------------------------------------------------------------

std::string joined(StringList parts) {
  return fmt::format("{}", fmt::join(parts, "."));
}

Result<Differences> compare_fqns(const NodePair& pair) {
  Differences found;
  if (!std::ranges::equal(pair.now().fqn, pair.before().fqn)) {
    found.push_back({Aspect::kFqn, "fqn", in_quotes(joined(pair.before().fqn)), in_quotes(joined(pair.now().fqn))});
  }
  return found;
}

Result<Differences> compare_members(Aspect aspect, const Sides& sides, std::span<const std::string_view> keys) {
  Differences found;
  for (const std::string_view key : keys) {
    const auto now = sides.now.other(key);
    if (!now) return std::unexpected(now.error());
    const auto before = sides.before.other(key);
    if (!before) return std::unexpected(before.error());
    if (!equal_members(*now, *before)) found.push_back({aspect, std::string(key), shown(*before), shown(*now)});
  }
  return found;
}

Result<Differences> compare_references(const NodePair& pair, const Sides& sides) {
  const NodeRecord& now = pair.now();
  const NodeRecord& before = pair.before();
  // dbt's default where the manifest (before 1.5) has no access.
  const auto access = [](const NodeRecord& node) {
    return node.access.empty() ? std::string_view("protected") : node.access;
  };
  if (now.latest_version.bytes == before.latest_version.bytes && access(now) == access(before) &&
      now.deprecation_date.bytes == before.deprecation_date.bytes) {
    return Differences{};
  }
  constexpr std::array<std::string_view, 2> kKeys{"latest_version", "deprecation_date"};
  auto found = compare_members(Aspect::kReference, sides, kKeys);
  if (found) compare_texts(Aspect::kReference, "access", access(now), access(before), *found);
  return found;
}

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

// A saved query's parameters (not their order_by and limit), and its exports by name and by what the user configured.
Result<void> compare_saved_queries(const Sides& sides, Differences& found) {
  std::array<std::optional<JsonText>, 4> values;
  std::size_t at = 0;
  for (const Side* side : {&sides.now, &sides.before}) {
    for (const char* key : {"query_params", "exports"}) {
      auto value = side->other(key);
      if (!value) return std::unexpected(value.error());
      values[at++] = *value;
    }
  }
  const auto member = [](const std::optional<JsonText>& object, std::string_view key) {
    return object ? object->get(key) : std::nullopt;
  };
  for (const char* key : {"metrics", "group_by", "where"}) {
    if (!equal_members(member(values[0], key), member(values[2], key))) {
      found.push_back({Aspect::kDefinition, key, shown(member(values[2], key)), shown(member(values[0], key))});
    }
  }
  const auto items = [](const std::optional<JsonText>& list) { return list ? list->items() : std::vector<JsonText>(); };
  const bool same_exports =
      std::ranges::equal(items(values[1]), items(values[3]), [&](const JsonText& is, const JsonText& was) {
        if (!equal_members(is.get("name"), was.get("name"))) return false;
        return std::ranges::all_of(std::array{"export_as", "schema", "alias"}, [&](const char* key) {
          return equal_members(member(is.get("unrendered_config"), key), member(was.get("unrendered_config"), key));
        });
      });
  if (!same_exports) found.push_back({Aspect::kDefinition, "exports", shown(values[3]), shown(values[1])});
  return {};
}

Result<Differences> compare_definitions(const NodePair& pair, const Sides& sides) {
  if (pair.now().whole.bytes == pair.before().whole.bytes) return Differences{};
  const ResourceType type = pair.now().resource_type;
  auto found = compare_members(Aspect::kDefinition, sides, definition_keys(type));
  if (!found) return found;
  if (type == ResourceType::kExposure) {
    const auto nodes = [](const NodeRecord& node) {
      return std::set(node.depends_on.nodes.begin(), node.depends_on.nodes.end());
    };
    if (nodes(pair.now()) != nodes(pair.before())) {
      const auto text = [](const NodeRecord& node) { return in_quotes(joined(node.depends_on.nodes)); };
      found->push_back({Aspect::kDefinition, "depends_on", text(pair.before()), text(pair.now())});
    }
  }
  if (type == ResourceType::kSavedQuery) {
    if (auto compared = compare_saved_queries(sides, *found); !compared)
      return std::unexpected(std::move(compared.error()));
  }
  return found;
}

Result<Differences> compare_contract_aspect(const NodePair& pair) {
  if (pair.now().resource_type != ResourceType::kModel || pair.before().resource_type != ResourceType::kModel)
    return Differences{};
  const auto change = compare_contracts(pair);
  if (!change) return std::unexpected(change.error());
  if (change->same) return Differences{};
  return Differences{{Aspect::kContract, "contract", std::string(pair.before().contract.bytes),
                      std::string(pair.now().contract.bytes)}};
}

}  // namespace

std::string_view to_string(Aspect aspect) {
  switch (aspect) {
    case Aspect::kBody:
      return "body";
    case Aspect::kConfigs:
      return "configs";
    case Aspect::kPersistedDescriptions:
      return "persisted_descriptions";
    case Aspect::kRelation:
      return "relation";
    case Aspect::kContract:
      return "contract";
    case Aspect::kFqn:
      return "fqn";
    case Aspect::kReference:
      return "reference";
    case Aspect::kDefinition:
      return "definition";
  }
  return "";
}

std::vector<Aspect> aspects_of(const NodeRecord& node) {
  using enum Aspect;
  switch (node.resource_type) {
    case ResourceType::kSource:
      return {kRelation, kFqn, kConfigs, kDefinition};
    case ResourceType::kExposure:
      return {kFqn, kDefinition, kConfigs};
    case ResourceType::kMetric:
    case ResourceType::kSemanticModel:
    case ResourceType::kSavedQuery:
      return {kDefinition, kConfigs};
    case ResourceType::kUnitTest:
      return {kDefinition};
    case ResourceType::kModel:
      return {kBody, kConfigs, kPersistedDescriptions, kFqn, kRelation, kReference, kContract};
    case ResourceType::kFunction:
      return {kBody, kConfigs, kPersistedDescriptions, kFqn, kRelation, kDefinition};
    default:
      if (is_generic_test(node)) return {kConfigs, kFqn};
      return {kBody, kConfigs, kPersistedDescriptions, kFqn, kRelation};
  }
}

bool applies(const NodeRecord& node, Aspect aspect) {
  switch (aspect) {
    case Aspect::kBody:
    case Aspect::kPersistedDescriptions:
    case Aspect::kContract:
      return is_parsed_node(node);
    case Aspect::kConfigs:
      return node.resource_type != ResourceType::kUnitTest;
    case Aspect::kRelation:
      return is_parsed_node(node) || node.resource_type == ResourceType::kSource;
    case Aspect::kFqn:
    case Aspect::kReference:
    case Aspect::kDefinition:
      return std::ranges::count(aspects_of(node), aspect) > 0;
  }
  return false;
}

Result<std::vector<Difference>> compare(const NodePair& pair, Aspect aspect) {
  const Sides sides(pair);
  switch (aspect) {
    case Aspect::kBody:
      return compare_bodies(pair, sides);
    case Aspect::kConfigs:
      return compare_configs(pair, sides);
    case Aspect::kPersistedDescriptions:
      return compare_descriptions(pair, sides);
    case Aspect::kRelation:
      return compare_relations(pair, sides);
    case Aspect::kContract:
      return compare_contract_aspect(pair);
    case Aspect::kFqn:
      return compare_fqns(pair);
    case Aspect::kReference:
      return compare_references(pair, sides);
    case Aspect::kDefinition:
      return compare_definitions(pair, sides);
  }
  return Differences{};
}

}  // namespace plowline
