// A window in a JSON document.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "backfill/run_limits.h"

namespace plowline {

// {state, lower_limit, upper_limit, reaches_now}
nlohmann::ordered_json window_json(const RunWindow& window);

}  // namespace plowline
