// Configs that resolve differently per target, as their authors wrote them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/lint_project.h"

namespace plowline {

// Whether a Jinja expression asks for the target's name or place (`target.name`, `target.schema`, `target['name']`, …)
// or for an environment variable. `target.type` is no such question: a project's targets have one adapter.
bool asks_for_target(std::string_view jinja);
// The same for a text with Jinja in it, as YAML files have them: `{{ target.name }}_marts`.
bool template_asks_for_target(std::string_view text);

struct TargetDependentConfig {
  std::string key;
  std::string text;     // as written
  bool in_sql = false;  // in config() of the SQL file
};

// The configs among `keys` that depend on the target. Cost: without Jinja in them one look at the node's configs and
// code each.
std::vector<TargetDependentConfig> target_dependent_configs(const LintProject& project, NodeId id,
                                                            const std::vector<std::string>& keys);

}  // namespace plowline
