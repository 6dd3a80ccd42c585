// A run plan for people: which nodes run and why, and where each name of models_to_run comes from.
#pragma once

#include <string>

#include "plan/run_plan.h"

namespace plowline {

// Two tables (the second only where models_to_run applies), each column as wide as its widest cell. Names from the
// manifest are printable(). Ends with a line feed.
std::string explanation_text(const RunPlan& plan);

}  // namespace plowline
