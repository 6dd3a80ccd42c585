// What `plowline command` and `plowline vars` share: the flags of a run, and the way from them to a RunPlan.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/project_input.h"
#include "cli/selection_input.h"
#include "command/vars.h"
#include "diagnostic/error.h"
#include "plan/run_plan.h"

namespace plowline {

struct RunFlags {
  ProjectFlags project;
  SelectionFlags selection;
  std::vector<std::string> selectors;  // positional: the same as --select
  std::string listing;                 // --ls FILE
  std::string dbt_command = "run";
  std::string dbt = "dbt";
  std::string target;
  std::string profile;
  bool full_refresh = false;
  std::string backfill_limit_days;
  std::string start_date;
  std::string vars;
  bool all_names = false;
  bool strict = false;
};

std::vector<Flag> flags_of(RunFlags& flags);
// Only those of the dbt command and of the project: for a subcommand that makes the selection itself.
std::vector<Flag> invocation_flags_of(RunFlags& flags);
Positional selector_positional(RunFlags& flags);

// The variables that the flags set: --start-date, --backfill-limit-days, --vars. Errors: wrong values, values that
// disagree.
Result<DbtVars> vars_of(const RunFlags& flags, Warnings& warnings);

// The request that the flags say, checked before a file is read. `extra` goes to dbt as it is. Errors: wrong flags.
Result<RunRequest> run_request(const RunFlags& flags, bool explain, const std::vector<std::string>& extra,
                               Warnings& warnings);

// Reads what the flags name and plans the run. `extra` goes to dbt as it is. Errors: wrong flags, unreadable input, and
// those of plan_run.
Result<RunPlan> plan_of(const RunFlags& flags, bool explain, const std::vector<std::string>& extra, Warnings& warnings);

}  // namespace plowline
