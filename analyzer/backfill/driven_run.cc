#include "backfill/driven_run.h"

#include <algorithm>

namespace plowline {

std::string_view to_string(RunResult result) {
  switch (result) {
    case RunResult::kRunning:
      return "running";
    case RunResult::kSucceeded:
      return "succeeded";
    case RunResult::kFailed:
      return "failed";
    case RunResult::kInterrupted:
      break;
  }
  return "interrupted";
}

std::optional<RunResult> run_result_from(std::string_view name) {
  for (const RunResult result :
       {RunResult::kRunning, RunResult::kSucceeded, RunResult::kFailed, RunResult::kInterrupted}) {
    if (to_string(result) == name) return result;
  }
  return std::nullopt;
}

bool DrivenRun::up_to_date() const {
  return result == RunResult::kSucceeded && !windows.empty() &&
         std::ranges::all_of(windows, [](const DrivenWindow& window) { return window.reaches_now; });
}

}  // namespace plowline
