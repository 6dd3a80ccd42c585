#include "state/compare.h"

#include <array>

#include "state/compare_sides.h"
#include "state/contract.h"

namespace plowline {

using namespace state_detail;

namespace state_detail {

bool is_test(const NodeRecord& node) {
  return node.resource_type == ResourceType::kTest;
}

bool is_generic_test(const NodeRecord& node) {
  return is_test(node) && !node.test_metadata.empty();
}

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

std::string as_json(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + '"';
}

}  // namespace state_detail

namespace {

// --- bodies ----------------------------------------------------------------------------------------------------------

Result<Differences> compare_seeds(const NodePair& pair) {
  const Checksum& now = pair.now().checksum;
  const Checksum& before = pair.before().checksum;
  // A seed too large for a checksum has its path instead; `none` equals nothing, as in dbt's FileHash.
  if (now.name != "none" && now.name == before.name && now.checksum == before.checksum) return Differences{};
  return Differences{{Aspect::kBody, "checksum", as_json(before.checksum), as_json(now.checksum)}};
}

Result<Differences> compare_bodies(const NodePair& pair) {
  if (pair.now().resource_type == ResourceType::kSeed) return compare_seeds(pair);
  if (same_bytes(pair, &NodeRecord::raw_code)) return Differences{};
  const auto code = read_both(pair, &NodeRecord::raw_code);
  if (!code) return std::unexpected(code.error());
  const auto text = [](const std::optional<JsonText>& value) { return value ? value->string().value_or("") : ""; };
  if (text(code->now) == text(code->before)) return Differences{};
  return Differences{{Aspect::kBody, "raw_code", shown(code->before), shown(code->now)}};
}

// --- relations -------------------------------------------------------------------------------------------------------

// dbt compares a source's rendered place unless a behaviour flag (state_modified_compare_more_unrendered_values, which
// no manifest tells) says otherwise.
Result<Differences> compare_source_relations(const NodePair& pair) {
  Differences found;
  compare_texts(Aspect::kRelation, "database", pair.now().database, pair.before().database, found);
  compare_texts(Aspect::kRelation, "schema", pair.now().schema, pair.before().schema, found);
  compare_texts(Aspect::kRelation, "identifier", pair.now().identifier, pair.before().identifier, found);
  return found;
}

Result<Differences> compare_relations(const NodePair& pair) {
  if (pair.now().resource_type == ResourceType::kSource) return compare_source_relations(pair);
  if (!is_parsed_node(pair.now()) || same_bytes(pair, &NodeRecord::unrendered_config)) return Differences{};
  const auto configs = read_objects(pair, &NodeRecord::unrendered_config);
  if (!configs) return std::unexpected(configs.error());
  Differences found;
  for (const char* key : {"database", "schema", "alias"}) {
    const auto now = find_member(configs->now, key);
    const auto before = find_member(configs->before, key);
    const bool both_none = (!now || now->is_null()) && (!before || before->is_null());
    if (!both_none && !(now && before && equal_values(*now, *before)))
      found.push_back({Aspect::kRelation, key, shown(before), shown(now)});
  }
  return found;
}

// --- the rest --------------------------------------------------------------------------------------------------------

Result<Differences> compare_fqns(const NodePair& pair) {
  Differences found;
  if (!std::ranges::equal(pair.now().fqn, pair.before().fqn))
    found.push_back({Aspect::kFqn, "fqn", as_json_list(pair.before().fqn), as_json_list(pair.now().fqn)});
  return found;
}

Result<Differences> compare_references(const NodePair& pair) {
  Differences found;
  for (const auto& [key, member] : {std::pair{"latest_version", &NodeRecord::latest_version},
                                    std::pair{"deprecation_date", &NodeRecord::deprecation_date}}) {
    if (same_bytes(pair, member)) continue;
    const auto both = read_both(pair, member);
    if (!both) return std::unexpected(both.error());
    if (!equal_members(both->now, both->before))
      found.push_back({Aspect::kReference, key, shown(both->before), shown(both->now)});
  }
  // dbt's default where the manifest (before 1.5) has no access.
  const auto access = [](const NodeRecord& node) {
    return node.access.empty() ? std::string_view("protected") : node.access;
  };
  compare_texts(Aspect::kReference, "access", access(pair.now()), access(pair.before()), found);
  return found;
}

Result<Differences> compare_contract_aspect(const NodePair& pair) {
  if (pair.now().resource_type != ResourceType::kModel || pair.before().resource_type != ResourceType::kModel)
    return Differences{};
  const auto change = compare_contracts(pair);
  if (!change) return std::unexpected(change.error());
  if (change->same) return Differences{};
  const auto contracts = read_objects(pair, &NodeRecord::contract);
  if (!contracts) return std::unexpected(contracts.error());
  Differences found;
  for (const char* key : {"enforced", "checksum"}) {
    const auto now = find_member(contracts->now, key);
    const auto before = find_member(contracts->before, key);
    if (!equal_members(now, before)) found.push_back({Aspect::kContract, key, shown(before), shown(now)});
  }
  return found;
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

std::span<const Aspect> aspects_of(const NodeRecord& node) {
  using enum Aspect;
  static constexpr std::array kOfSource{kRelation, kFqn, kConfigs, kDefinition};
  static constexpr std::array kOfExposure{kFqn, kDefinition, kConfigs};
  static constexpr std::array kOfMetric{kDefinition, kConfigs};
  static constexpr std::array kOfUnitTest{kDefinition};
  static constexpr std::array kOfModel{kBody, kConfigs, kPersistedDescriptions, kFqn, kRelation, kReference, kContract};
  static constexpr std::array kOfFunction{kBody, kConfigs, kPersistedDescriptions, kFqn, kRelation, kDefinition};
  static constexpr std::array kOfGenericTest{kConfigs, kFqn};
  static constexpr std::array kOfOthers{kBody, kConfigs, kPersistedDescriptions, kFqn, kRelation};
  switch (node.resource_type) {
    case ResourceType::kSource:
      return kOfSource;
    case ResourceType::kExposure:
      return kOfExposure;
    case ResourceType::kMetric:
    case ResourceType::kSemanticModel:
    case ResourceType::kSavedQuery:
      return kOfMetric;
    case ResourceType::kUnitTest:
      return kOfUnitTest;
    case ResourceType::kModel:
      return kOfModel;
    case ResourceType::kFunction:
      return kOfFunction;
    default:
      if (is_generic_test(node)) return kOfGenericTest;
      return kOfOthers;
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
  switch (aspect) {
    case Aspect::kBody:
      return compare_bodies(pair);
    case Aspect::kConfigs:
      return compare_configs(pair);
    case Aspect::kPersistedDescriptions:
      return compare_descriptions(pair);
    case Aspect::kRelation:
      return compare_relations(pair);
    case Aspect::kContract:
      return compare_contract_aspect(pair);
    case Aspect::kFqn:
      return compare_fqns(pair);
    case Aspect::kReference:
      return compare_references(pair);
    case Aspect::kDefinition:
      return compare_definitions(pair);
  }
  return Differences{};
}

}  // namespace plowline
