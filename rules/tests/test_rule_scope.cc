#include "rules/tests/test_rule_scope.h"

namespace plowline {

bool is_ephemeral(const LintProject& project, NodeId id) {
  return project.project().type(id) == ResourceType::kModel && project.config(id).materialized == "ephemeral";
}

}  // namespace plowline
