// What one dbt run tells: whether its manifest rows are written, which window it had, and whether that window reached
// the present.
//
// dbt's exit status alone does not tell: an on-run-end hook that cannot be compiled ends with `Done. … ERROR=0`, and a
// wrapper around dbt may end with 0 whatever dbt did. Neither does the log alone: what kills dbt writes no log. So a
// run is good where both say so.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backfill/driven_run.h"
#include "backfill/run_limits.h"
#include "backfill/run_log.h"
#include "command/process.h"

namespace plowline {

// A package that the backfill waits for: it computes a window in each run and counts models of the run.
struct DrivenPackage {
  std::string package;              // what the macros call it
  std::string owner;                // the dbt package of its base models
  std::vector<std::string> models;  // its models in run: names
  // Those of them that never get a row, since dbt does not report them as built: ephemeral ones.
  std::vector<std::string> without_row;
  RunSettings settings;
  bool ignores_models_to_run = false;  // SnowplowPackage::limits_ignore_models_to_run
};

// How dbt ended, as its driver saw it.
struct DbtEnd {
  ProcessEnd process;
  std::string last_words;  // the end of what it wrote to standard error, or of what was no log; may be empty
};

struct RunVerdict {
  RunResult result = RunResult::kFailed;
  std::vector<DrivenWindow> windows;  // in the order of the packages; without those that the log does not tell
  // Where it is not good. `problem` is stable, kebab-case: `run-failed`, `hook-failed`, `no-json-log`,
  // `no-window`, `interrupted`.
  std::string problem;
  std::string reason;               // one sentence
  std::string next_step;            // may be empty
  std::vector<std::string> errors;  // dbt's own words
  bool retry_may_help = false;      // nothing says that the same command will fail again
};

// The windows of `log` for the packages, with reaches_now worked out. `log` may still be going on.
//
// The upper limit is the time of the run where it is not before the start of dbt, in state 1 or 4 (the other two never
// reach it). A warehouse may have another clock or time zone: then an upper limit less than a day old counts if the
// window is shorter than the limit allows, and its width no whole number of days.
std::vector<DrivenWindow> windows_of(const LoggedRun& log, const std::vector<DrivenPackage>& packages);

// `log` is null where dbt printed none.
RunVerdict judge_run(const LoggedRun* log, const DbtEnd& end, const std::vector<DrivenPackage>& packages);

}  // namespace plowline
