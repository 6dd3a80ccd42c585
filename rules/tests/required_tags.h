// Tags that something has to have, and tags that it may have.
#pragma once

#include <string>
#include <vector>

#include "lint/rule.h"

namespace plowline {

struct TagDemand {
  std::vector<std::string> required;
  std::string criteria = "all";  // of `required`: all, any, one
  std::vector<std::string> allowed;
  bool allow_untagged = true;  // where there are `allowed`

  bool empty() const { return required.empty() && allowed.empty(); }
};

// Adds what is wrong with the node's tags, at most one violation for each of the two lists. `name` is the node in the
// message, `the test unique of orders`.
void check_tags(const LintProject& project, NodeId id, const std::string& name, const TagDemand& demand,
                Violations& violations);

}  // namespace plowline
