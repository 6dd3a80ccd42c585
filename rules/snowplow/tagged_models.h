// The models that Snowplow's packages count, as the rules about them look at them.
#pragma once

#include <vector>

#include "lint/lint_project.h"
#include "lint/rule_scope.h"

namespace plowline {

struct TaggedModel {
  NodeId id;
  std::vector<const SnowplowPackage*> packages;  // whose tag it carries, in hook order; never empty
};

// The enabled models of the scope that carry a package's tag, in the order of their ids. Cost: O(tagged models).
std::vector<TaggedModel> tagged_models(const LintProject& project, const RuleScope& scope);

// Built piece by piece: `incremental`, or `snowplow_incremental` of snowplow_utils before 0.15.
bool is_incremental(const NodeConfig& config);

// `snowplow_unified and snowplow_web`: the packages' names, printable.
std::string package_names(const std::vector<const SnowplowPackage*>& packages);

// The package's own node, which a user cannot change. False for the models of a user who built a package himself.
bool is_package_node(const LintProject& project, NodeId node);

}  // namespace plowline
