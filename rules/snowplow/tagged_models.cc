#include "rules/snowplow/tagged_models.h"

#include <algorithm>

#include "snowplow/checks.h"

namespace plowline {

std::vector<TaggedModel> tagged_models(const LintProject& project, const RuleScope& scope) {
  std::vector<NodeId> ids;
  for (const SnowplowPackage& package : project.snowplow().all()) {
    if (package.kind != SnowplowPackage::Kind::kIncremental) continue;
    for (const NodeId model : package.tagged_models) {
      if (scope.contains(model)) ids.push_back(model);
    }
  }
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  std::vector<TaggedModel> models;
  models.reserve(ids.size());
  for (const NodeId id : ids) models.push_back({id, project.snowplow().tagging(project.project(), id)});
  return models;
}

bool is_incremental(const NodeConfig& config) {
  return config.materialized == "incremental" || config.materialized == "snowplow_incremental";
}

std::string package_names(const std::vector<const SnowplowPackage*>& packages) {
  std::vector<std::string_view> names;
  for (const SnowplowPackage* package : packages) names.push_back(package->name);
  return name_list(names);
}

bool is_package_node(const LintProject& project, NodeId node) {
  return project.snowplow().owning(project.project(), node) != nullptr;
}

}  // namespace plowline
