// Contracts of a model in two versions (dbt-core: ModelNode.same_contract).
#pragma once

#include <chrono>
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

// What the removal of a model means for its contract: the sentence that names it, or nothing where the model had no
// enforced contract, or its deprecation date is over. `removed`: the record of the earlier manifest, or, where the
// model is disabled now, the record among the current manifest's disabled ones (that is what dbt asks). `manifest_file`
// is for errors.
Result<std::string> broken_by_removal(const NodeRecord& removed, bool disabled_now, const std::string& manifest_file,
                                      std::chrono::system_clock::time_point now);

}  // namespace plowline
