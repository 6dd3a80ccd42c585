// Tags that something has to have, and tags that it may have: of models and snapshots, sources, tests and columns.
//
// What is required may be there: a required tag need not stand among the allowed ones once more.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
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

using Tags = std::span<const std::string_view>;

struct TagFault {
  std::string text;              // to be put behind a name: `lacks the tag nightly`
  std::string_view tag;          // one that should not be there; empty where some are missing
  std::string_view consequence;  // `jobs that select by tag leave it out`
};

// What is wrong with those that are required: all, any, or exactly one of them (`criteria`).
std::optional<TagFault> required_fault(Tags tags, const std::vector<std::string>& required, std::string_view criteria);
// The tags that are in neither list, each once; none where nothing is `allowed`.
std::vector<std::string_view> tags_not_allowed(Tags tags, const std::vector<std::string>& allowed,
                                               const std::vector<std::string>& required);
// What is wrong with those that are not allowed.
std::optional<TagFault> allowed_fault(Tags tags, const TagDemand& demand);

// `name` is the node in the message, `the test unique of orders`; `key` tells the lists apart.
void report_tags(NodeId id, const std::string& name, const TagFault& fault, std::string_view key,
                 Violations& violations);
// Adds what is wrong with the node's tags, at most one violation for each of the two lists.
void check_tags(const LintProject& project, NodeId id, const std::string& name, const TagDemand& demand,
                Violations& violations);

}  // namespace plowline
