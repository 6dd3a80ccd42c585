// Contracts of a model in two versions (dbt-core: ModelNode.same_contract).
#pragma once

#include <string>
#include <vector>

#include "diagnostic/error.h"
#include "state/compare.h"

namespace plowline {

struct ContractChange {
  bool same = true;
  // What breaks those who rely on the contract; empty where the change only adds.
  std::vector<std::string> breaking;
};

// Errors: a record that is not JSON.
Result<ContractChange> compare_contracts(const NodePair& pair);

// What the removal of a model means for its contract: the sentence that names it, or empty where the model had no
// enforced contract.
Result<std::string> broken_by_removal(const Project& previous, NodeId id, bool disabled_now);

}  // namespace plowline
