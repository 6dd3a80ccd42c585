#include "rules/schema/changed_configs.h"

#include "rules/schema/fixed_relations.h"

namespace plowline {

std::vector<ChangedConfig> changed_configs(const LintProject& project, const RuleScope& scope, std::string_view key) {
  std::vector<ChangedConfig> out;
  for (const auto& [id, previous] : project.index<DifferingNodes>().configs) {
    if (!scope.contains(id)) continue;
    if (auto change = config_change(project, id, key)) out.push_back({id, previous, std::move(*change)});
  }
  return out;
}

bool stays_incremental(const LintProject& project, NodeId id, NodeId previous) {
  const auto keeps = [](std::string_view materialized) {
    return materialized == "incremental" || materialized == "snowplow_incremental";
  };
  return keeps(project.config(id).materialized) && keeps(project.state()->config(previous).materialized);
}

std::string until_full_refresh(const LintProject& project, NodeId id) {
  if (!carries_package_tag(project, id)) return " until --full-refresh";
  return " until --full-refresh, which for a model of a Snowplow package builds the current window's rows only: the "
         "rows "
         "before it have to be backfilled";
}

}  // namespace plowline
