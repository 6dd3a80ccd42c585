#include "state/diff_json.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "diagnostic/json_output.h"
#include "state/diff_values.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

Json side_json(const DiffSide& side) {
  return {{"manifest", side.manifest},
          {"name", side.name},
          {"dbt_version", side.dbt_version},
          {"generated_at", side.generated_at}};
}

Json node_json(const DiffNode& node) {
  return {{"unique_id", node.unique_id},
          {"name", node.name},
          {"resource_type", node.resource_type},
          {"package_name", node.package_name},
          {"original_file_path", node.original_file_path},
          {"relation", node.relation}};
}

// The value itself; what is no strict JSON (NaN, a lone surrogate) as its text.
Json value_json(const std::string& text, bool is_code) {
  if (is_code) return text;
  if (text.empty()) return nullptr;
  Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json(text) : value;
}

Json modified_json(const StateDiff& diff) {
  Json out = Json::array();
  for (const ModifiedNode& modified : diff.modified) {
    Json entry = node_json(modified.node);
    entry["reasons"] = Json::array();
    for (const DiffReason& reason : modified.reasons) {
      entry["reasons"].push_back({{"aspect", reason.aspect},
                                  {"key", reason.key},
                                  {"before", value_json(reason.before, reason.is_code)},
                                  {"now", value_json(reason.now, reason.is_code)}});
    }
    entry["macros"] = Json::array();
    for (const std::size_t macro : modified.macros) entry["macros"].push_back(diff.macros[macro].unique_id);
    entry["breaking"] = modified.breaking;
    out.push_back(std::move(entry));
  }
  return out;
}

Json gone_json(const std::vector<GoneNode>& nodes) {
  Json out = Json::array();
  for (const GoneNode& gone : nodes) {
    Json entry = node_json(gone.node);
    entry["breaking"] = gone.breaking.empty() ? Json::array() : Json::array({gone.breaking});
    out.push_back(std::move(entry));
  }
  return out;
}

Json place_json(const MovedNode::Place& place) {
  return {{"database", place.database}, {"schema", place.schema}, {"name", place.name}, {"relation", place.relation}};
}

Json macros_json(const std::vector<ChangedMacro>& macros) {
  Json out = Json::array();
  for (const ChangedMacro& macro : macros) {
    using Change = ChangedMacro::Change;
    out.push_back({{"unique_id", macro.unique_id},
                   {"change", to_string(macro.change)},
                   {"original_file_path", macro.original_file_path},
                   {"before", macro.change == Change::kNew ? Json(nullptr) : Json(macro.before)},
                   {"now", macro.change == Change::kRemoved ? Json(nullptr) : Json(macro.now)},
                   {"nodes", macro.nodes}});
  }
  return out;
}

}  // namespace

std::string diff_json(const StateDiff& diff, const Warnings& warnings) {
  Json added = Json::array();
  for (const NewNode& node : diff.added) {
    Json entry = node_json(node.node);
    entry["was_disabled"] = node.was_disabled;
    added.push_back(std::move(entry));
  }
  Json moved = Json::array();
  for (const MovedNode& node : diff.moved) {
    Json entry = node_json(node.node);
    entry["before"] = place_json(node.before);
    entry["now"] = place_json(node.now);
    moved.push_back(std::move(entry));
  }
  const Json document{{"before", side_json(diff.before)},
                      {"now", side_json(diff.now)},
                      {"any", diff.any()},
                      {"new", std::move(added)},
                      {"modified", modified_json(diff)},
                      {"disabled", gone_json(diff.disabled)},
                      {"removed", gone_json(diff.removed)},
                      {"moved", std::move(moved)},
                      {"macros", macros_json(diff.macros)},
                      {"warnings", warnings_json(warnings)}};
  return document_text(document);
}

}  // namespace plowline
