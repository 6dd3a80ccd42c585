#include "rules/schema/written_config.h"

#include <algorithm>

#include "artifact/text_search.h"
#include "rules/schema/targets.h"
#include "state/diff_values.h"

namespace plowline {
namespace {

std::optional<JsonText> member(RawJson object, std::string_view key) {
  const RawJson raw = member_of(object, key);
  if (raw.empty()) return std::nullopt;
  const auto parsed = check(raw);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

std::string_view text_in_code(const LintProject& project, NodeId id, std::string_view key) {
  if (!has_text(project.node(id).raw_code.bytes, "config")) return {};
  const auto entry = config_entry(project.sql(id), key);
  return entry ? entry->text : std::string_view();
}

// The value's text as far as NodeConfig has it, which is kept from rule to rule; nothing for other keys.
std::optional<std::string_view> kept_value(const NodeConfig& config, std::string_view key) {
  if (key == "materialized") return config.materialized;
  if (key == "incremental_strategy") return config.incremental_strategy;
  if (key == "on_schema_change") return config.on_schema_change;
  if (key == "unique_key") return config.unique_key.bytes;
  if (key == "partition_by") return config.partition_by.bytes;
  if (key == "cluster_by") return config.cluster_by.bytes;
  if (key == "sort") return config.sort.bytes;
  if (key == "dist") return config.dist.bytes;
  return std::nullopt;
}

// Whether the configs have the same text for `key`, told without parsing them anew.
bool surely_equal(const NodeConfig& now, const NodeConfig& before, std::string_view key) {
  if (const auto value = kept_value(now, key)) return *value == *kept_value(before, key);
  const std::string quoted = "\"" + std::string(key) + "\"";
  return !has_text(now.whole.bytes, quoted) && !has_text(before.whole.bytes, quoted);
}

// On another warehouse other configs are right, and no table is there that they could not fit.
bool same_adapter(const LintProject& project) {
  const std::string_view now = project.project().metadata().adapter_type;
  const std::string_view before = project.state()->project().metadata().adapter_type;
  return now == before || now.empty() || before.empty();
}

bool written_alike(const LintProject& project, NodeId id, NodeId previous, std::string_view key) {
  const LintProject& state = *project.state();
  const NodeRecord& now = project.node(id);
  const NodeRecord& before = state.node(previous);
  if (now.unrendered_config.empty() || before.unrendered_config.empty()) {
    return equal_members(member(now.config, key), member(before.config, key));
  }
  const auto is = member(now.unrendered_config, key);
  const auto was = member(before.unrendered_config, key);
  if (equal_members(is, was)) return true;
  // Of config() in the SQL file dbt keeps the value that it resolved to, unless told otherwise (the flag
  // state_modified_compare_more_unrendered_values): the text decides.
  const std::string_view text = text_in_code(project, id, key);
  return !text.empty() && text == text_in_code(state, previous, key);
}

}  // namespace

std::string shown(const std::optional<JsonText>& value) {
  if (!value) return "not set";
  if (const auto text = value->string()) return text->empty() ? "not set" : short_value(*text, 60);
  return short_value(value->bytes(), 60);
}

bool written_alike(const LintProject& project, NodeId id, NodeId previous, const std::vector<std::string_view>& keys) {
  const NodeRecord& now = project.node(id);
  const NodeRecord& before = project.state()->node(previous);
  if (now.config.bytes == before.config.bytes) return true;
  if (!now.unrendered_config.empty() && now.unrendered_config.bytes == before.unrendered_config.bytes) return true;
  return std::ranges::all_of(keys, [&](std::string_view key) { return written_alike(project, id, previous, key); });
}

std::optional<ConfigChange> config_change(const LintProject& project, NodeId id, std::string_view key) {
  const auto previous = project.in_state(id);
  if (!previous || !project.project().enabled(id) || !project.state()->project().enabled(*previous))
    return std::nullopt;
  const RawJson now = project.node(id).config;
  const RawJson before = project.state()->node(*previous).config;
  if (now.bytes == before.bytes || !same_adapter(project)) return std::nullopt;
  if (surely_equal(project.config(id), project.state()->config(*previous), key)) return std::nullopt;
  ConfigChange change{member(before, key), member(now, key)};
  if (equal_members(change.before, change.now)) return std::nullopt;
  if (project.index<Targets>().answer() != Targets::Answer::kSame && written_alike(project, id, *previous, key)) {
    return std::nullopt;
  }
  return change;
}

DifferingNodes::DifferingNodes(const LintProject& project) {
  if (project.state() == nullptr) return;
  const Project& state = project.state()->project();
  for (std::uint32_t i = 0; i < project.project().size(); ++i) {
    const NodeId id{i};
    const NodeRecord& now = project.node(id);
    const bool built = now.resource_type == ResourceType::kModel || now.resource_type == ResourceType::kSeed ||
                       now.resource_type == ResourceType::kSnapshot;
    if (!built || !project.project().enabled(id)) continue;
    const auto previous = project.in_state(id);
    if (!previous || !state.enabled(*previous)) continue;
    const NodeRecord& before = state.node(*previous);
    if (now.config.bytes != before.config.bytes) configs.push_back({id, *previous});
    const bool other_code = now.checksum.checksum.empty() ? now.raw_code.bytes != before.raw_code.bytes
                                                          : now.checksum.checksum != before.checksum.checksum;
    if (now.columns.bytes != before.columns.bytes || other_code || now.contract.bytes != before.contract.bytes ||
        now.access != before.access) {
      columns.push_back({id, *previous});
    }
  }
}

}  // namespace plowline
