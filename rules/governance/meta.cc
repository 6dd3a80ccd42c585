#include "rules/governance/meta.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

#include "artifact/text_search.h"
#include "diagnostic/error.h"
#include "lint/record_member.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

constexpr std::string_view kOwnKey = "plowline";

std::optional<JsonText> find_in(const JsonText& map, std::string_view key) {
  if (auto value = map.get(key)) return value;
  for (std::size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.', dot + 1)) {
    const auto inner = map.get(key.substr(0, dot));
    if (!inner || inner->kind() != JsonText::Kind::kObject) continue;
    if (auto value = find_in(*inner, key.substr(dot + 1))) return value;
  }
  return std::nullopt;
}

void collect_leaves(const JsonText& map, const std::string& prefix,
                    std::vector<std::pair<std::string, JsonText>>& leaves) {
  for (const auto& [key, value] : map.members()) {
    if (prefix.empty() && key == kOwnKey) continue;
    if (value.kind() == JsonText::Kind::kObject && !value.members().empty()) {
      collect_leaves(value, prefix + key + ".", leaves);
    } else if (std::ranges::find(leaves, prefix + key, &std::pair<std::string, JsonText>::first) == leaves.end()) {
      leaves.emplace_back(prefix + key, value);
    }
  }
}

std::string names(const std::vector<std::string>& keys) {
  return name_list(std::vector<std::string_view>(keys.begin(), keys.end()));
}

// Keys at the top that the demand does not speak of.
std::vector<std::string> extra_keys(const Meta& meta, const std::vector<std::string>& wanted) {
  std::vector<std::string> extra;
  for (std::string& key : meta.keys()) {
    const bool asked = std::ranges::any_of(wanted, [&](const std::string& want) {
      return want == key || (want.starts_with(key) && want.size() > key.size() && want[key.size()] == '.');
    });
    if (!asked) extra.push_back(std::move(key));
  }
  return extra;
}

// Whether `allowed` is the key, or a map that holds it.
bool covers(const std::string& allowed, const std::string& key) {
  return key == allowed || key.starts_with(allowed + ".");
}

bool is_allowed(const MetaAllowance& allowance, const std::string& key) {
  return std::ranges::any_of(allowance.keys, [&](const std::string& allowed) { return covers(allowed, key); }) ||
         std::ranges::any_of(allowance.values, [&](const auto& entry) { return covers(entry.first, key); });
}

// As people write it in YAML, and not as Python shows it: `true`.
std::string yaml_text(const JsonText& value) {
  const bool is_word = value.kind() == JsonText::Kind::kBool || value.is_null();
  return is_word ? std::string(value.bytes()) : value.scalar();
}

// The texts of a value: of a list, of each of its items.
std::vector<std::string> texts(const JsonText& value) {
  if (value.kind() != JsonText::Kind::kArray) return {yaml_text(value)};
  std::vector<std::string> all;
  for (const JsonText& item : value.items()) all.push_back(yaml_text(item));
  return all;
}

// Users write Python's True as well.
bool same_value(std::string_view allowed, std::string_view value) {
  return allowed == value || (value == "true" && allowed == "True") || (value == "false" && allowed == "False") ||
         (value == "null" && allowed == "None");
}

}  // namespace

void Meta::add(const LintProject& project, RawJson raw) {
  if (!raw.bytes.starts_with('{') || raw.bytes.size() <= 2) return;
  if (std::ranges::any_of(maps_, [&](const JsonText& map) { return map.bytes() == raw.bytes; })) return;
  auto checked = check(raw);
  if (!checked) {
    Error error = std::move(checked.error());
    error.file = project.project().manifest_file();
    error.position.offset.reset();  // it counts from the map's first byte
    project.keep_error(std::move(error));
    return;
  }
  maps_.push_back(*checked);
}

Meta Meta::of(const LintProject& project, NodeId id) {
  Meta meta;
  meta.add(project, project.node(id).meta);
  // (Most configs have the same meta once more, or none.)
  if (has_text(project.node(id).config.bytes, "\"meta\"")) {
    meta.add(project, project.config(id).meta);
  }
  return meta;
}

Meta Meta::of(const LintProject& project, const MacroRecord& macro) {
  Meta meta;
  meta.add(project, macro.meta);
  return meta;
}

Meta Meta::of(const LintProject& project, const Column& column) {
  Meta meta;
  meta.add(project, column.meta);
  return meta;
}

Meta Meta::labels_of(const LintProject& project, NodeId id) {
  constexpr std::string_view kLabels = "\"labels\"";
  Meta labels;
  const NodeRecord& node = project.node(id);
  const bool in_config = has_text(node.config.bytes, kLabels);
  if (in_config) labels.add(project, member_of(project.config(id).whole, "labels"));
  if (node.resource_type == ResourceType::kSource) {
    static const RecordMember kBeside("labels");
    labels.add(project, kBeside.of(project, id));
  }
  if (!in_config && !has_text(node.meta.bytes, kLabels)) return labels;
  for (const JsonText& map : of(project, id).maps_) {
    if (const auto in_meta = map.get("labels")) labels.add(project, {in_meta->bytes()});
  }
  return labels;
}

std::optional<JsonText> Meta::find(std::string_view key) const {
  for (const JsonText& map : maps_) {
    if (auto value = find_in(map, key)) return value;
  }
  return std::nullopt;
}

std::vector<std::string> Meta::keys() const {
  std::vector<std::string> keys;
  for (const JsonText& map : maps_) {
    for (const auto& [key, ignored] : map.members()) {
      if (key != kOwnKey && std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

std::vector<std::pair<std::string, JsonText>> Meta::leaves() const {
  std::vector<std::pair<std::string, JsonText>> leaves;
  for (const JsonText& map : maps_) collect_leaves(map, "", leaves);
  return leaves;
}

std::vector<OptionSpec> meta_key_options() {
  return {option<&MetaKeyDemand::keys>("keys", "The keys; with dots those of maps within (`owner.email`)."),
          option<&MetaKeyDemand::criteria>("criteria", "How many of them: all, any (at least one), or exactly one.",
                                           {"all", "any", "one"}),
          option<&MetaKeyDemand::allow_extra>("allow_extra", "Whether other keys may stand beside them.")};
}

std::vector<std::string> missing_keys(const Meta& meta, const std::vector<std::string>& keys) {
  std::vector<std::string> missing;
  std::ranges::copy_if(keys, std::back_inserter(missing), [&](const std::string& key) { return !meta.has(key); });
  return missing;
}

std::vector<std::string> keys_not_allowed(const Meta& meta, const MetaAllowance& allowance) {
  std::vector<std::string> wrong;
  if (allowance.keys.empty()) return wrong;
  for (const auto& [key, ignored] : meta.leaves()) {
    if (!is_allowed(allowance, key)) wrong.push_back(key);
  }
  return wrong;
}

std::vector<WrongMetaValue> values_not_allowed(const Meta& meta, const MetaAllowance& allowance) {
  std::vector<WrongMetaValue> wrong;
  for (const auto& [key, allowed] : allowance.values) {
    const auto value = meta.find(key);
    if (!value) continue;
    for (const std::string& text : texts(*value)) {
      if (std::ranges::any_of(allowed, [&](const std::string& one) { return same_value(one, text); })) continue;
      wrong.push_back({key, text});
      break;
    }
  }
  return wrong;
}

std::string missing_or_extra(const Meta& meta, const MetaKeyDemand& demand) {
  std::vector<std::string> present;
  std::vector<std::string> missing;
  for (const std::string& key : demand.keys) (meta.has(key) ? present : missing).push_back(key);
  if (demand.criteria == "all" && !missing.empty()) return "lacks " + names(missing);
  if (demand.criteria != "all" && present.empty()) return "has none of " + names(demand.keys);
  if (demand.criteria == "one" && present.size() > 1) {
    return fmt::format("has {}, of which only one may stand there", names(present));
  }
  if (demand.allow_extra) return {};
  const std::vector<std::string> extra = extra_keys(meta, demand.keys);
  return extra.empty() ? "" : fmt::format("also has {}, which is not asked for (`allow_extra`)", names(extra));
}

}  // namespace plowline
