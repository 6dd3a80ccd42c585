#include "rules/snowplow/upsert_config.h"

#include <algorithm>

namespace plowline {
namespace {

bool is_word(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::vector<NodeId> models_with_upsert_config(const LintProject& project, const RuleScope& scope) {
  std::vector<NodeId> models;
  scope.for_each(ResourceType::kModel, [&](NodeId model) {
    if (!project.project().enabled(model)) return;
    const NodeConfig& config = project.config(model);
    if (!snowplow_optimize_of(config).empty() || !upsert_date_key_of(config).empty()) models.push_back(model);
  });
  return models;
}

std::string upsert_date_column(const NodeConfig& config) {
  std::string name = scalar_of(upsert_date_key_of(config));
  if (name.size() > 2 && name.front() == name.back() && (name.front() == '"' || name.front() == '`'))
    name = name.substr(1, name.size() - 2);
  return std::ranges::all_of(name, is_word) ? name : std::string();
}

Anchor place_of_optimize(const NodeConfig& config) {
  return Anchor::config(config.in_meta.snowplow_optimize.empty() ? "snowplow_optimize" : "meta.snowplow_optimize");
}

Anchor place_of_date_key(const NodeConfig& config) {
  return Anchor::config(config.in_meta.upsert_date_key.empty() ? "upsert_date_key" : "meta.upsert_date_key");
}

}  // namespace plowline
