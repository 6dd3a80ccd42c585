#include "rules/tests/test_rule_scope.h"

namespace plowline {

bool is_ephemeral(const LintProject& project, NodeId id) {
  return project.project().type(id) == ResourceType::kModel && project.config(id).materialized == "ephemeral";
}

std::string alternatives(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace plowline
