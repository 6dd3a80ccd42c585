// Which node of the project a relation that is written out belongs to.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lint/lint_project.h"

namespace plowline {

// An index: one pass over the nodes when it is first asked for.
class RelationOwners {
 public:
  explicit RelationOwners(const LintProject& project);
  // The only enabled node or source that has that relation: `parts` are [[database, ]schema, ]identifier, letter case
  // apart. Nothing where several have it, and for an identifier alone.
  std::optional<NodeId> owner_of(std::span<const std::string> parts) const;

 private:
  const LintProject& project_;
  std::map<std::string, std::vector<NodeId>, std::less<>> by_schema_and_name_;  // in lower case
};

// How the node's code reads the other one: `{{ ref('orders') }}`, `{{ this }}`. Printable.
std::string call_that_reads(const LintProject& project, NodeId reader, NodeId read);

}  // namespace plowline
