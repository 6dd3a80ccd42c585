// From what each criterion did to why each node is selected.
#pragma once

#include <vector>

#include "selection/select.h"

namespace plowline {

// One entry per node of `nodes`, in the order of ids.
std::vector<Explanation> explanations(const SelectionIndex& index, const NodeSet& nodes,
                                      const std::vector<CriterionTrace>& traces);

}  // namespace plowline
