// Configs of tables that dbt keeps from run to run, and what a change of them means for the table that is there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/lint_project.h"
#include "lint/rule_scope.h"
#include "rules/schema/written_config.h"

namespace plowline {

struct ChangedConfig {
  NodeId id;
  NodeId previous;
  ConfigChange change;
};

// The nodes of the scope with another value for `key` than in the state, in the order of their ids.
std::vector<ChangedConfig> changed_configs(const LintProject& project, const RuleScope& scope, std::string_view key);

// Incremental in both manifests: dbt adds to the table that is there and does not build it again.
bool stays_incremental(const LintProject& project, NodeId id, NodeId previous);

// How the table that is there becomes what the configs say, as an end of a sentence: ` until --full-refresh`; for
// models with a Snowplow package's tag with what has to be done besides.
std::string until_full_refresh(const LintProject& project, NodeId id);

}  // namespace plowline
