#include "rules/governance/contracts.h"

namespace plowline {

bool contract_enforced(const LintProject& project, NodeId id) {
  return truthy(member_of(project.node(id).contract, "enforced")) ||
         truthy(member_of(project.config(id).contract, "enforced"));
}

}  // namespace plowline
