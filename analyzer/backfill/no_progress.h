// Why a backfill stands still: two successful runs in a row had the same window.
//
// Everything that a package does is a function of its manifest rows (run_limits.h), so the same window twice means that
// the run between them wrote nothing, and that every run from now on will be the same. Which of the reasons it is
// follows from the state.
#pragma once

#include <string>

#include "backfill/driven_run.h"
#include "backfill/run_log.h"
#include "backfill/run_verdict.h"

namespace plowline {

struct NoProgress {
  // Stable, kebab-case: `no-events`, `rows-not-written`, `stuck-state-2`, `stuck-state-3`, `gap`, `no-progress`.
  std::string problem;
  std::string reason;     // what happens, with the window and the models' names
  std::string next_step;  // what cures it
};

// `window` is the one that `package` had twice; `log` that of its last run.
NoProgress explain_no_progress(const DrivenPackage& package, const DrivenWindow& window, const LoggedRun& log);

}  // namespace plowline
