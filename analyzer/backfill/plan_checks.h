// What must hold before a backfill begins, beyond what the linter finds.
#pragma once

#include <vector>

#include "backfill/plan.h"

namespace plowline {

// In a fixed order: what would harm production first. `plan` has everything but its checks and its SQL.
std::vector<PlanCheck> plan_checks(const PlanInput& input, const BackfillPlan& plan);

}  // namespace plowline
