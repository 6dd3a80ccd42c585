// What is wrong with a package, from all that is known of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backfill/status_evidence.h"

namespace plowline {

struct StatusFinding {
  StatusProblem problem = StatusProblem::kRunFailed;
  std::string message;
  std::string next_step;
};

// `run` failed: why, as far as it concerns `package` (empty: none can be told).
StatusFinding failure_of(const LoggedRun& run, std::string_view package);

// The worst that is wrong with the package. `status` holds what was worked out so far; of it `missing` and `duplicates`
// are filled in here.
std::optional<StatusFinding> find_problem(const Evidence& evidence, PackageStatus& status);

}  // namespace plowline
