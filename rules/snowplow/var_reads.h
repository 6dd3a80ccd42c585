// Where the user's own code reads variables.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint_project.h"
#include "lint/rule_scope.h"

namespace plowline {

// A call of var() with a literal name.
struct VarRead {
  NodeId node;
  std::string name;
  bool has_default = false;
  // The default as code sees it, where it is a literal: a text without its quotes, a number.
  std::optional<std::string> default_value;
  std::size_t offset = 0;  // of the call in the node's code
  std::size_t length = 0;
};

// The reads of variables whose name begins with `snowplow__` in enabled nodes of the root project, of any type, hooks
// included; in the order of the nodes. Cost: a search through the code of these nodes, and a scan of those that have
// one.
std::vector<VarRead> own_var_reads(const LintProject& project, const RuleScope& scope);

}  // namespace plowline
