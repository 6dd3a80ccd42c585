// A backfill plan in words.
#pragma once

#include "backfill/plan.h"
#include "backfill/runbook.h"

namespace plowline {

// One section per step, in the order in which they are done. Deterministic: the same plan gives the same document.
Runbook runbook_of(const BackfillPlan& plan);

}  // namespace plowline
