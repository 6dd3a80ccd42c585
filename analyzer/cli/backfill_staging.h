// The dbt run that stages a new model: the flags that say how dbt is called, and the way from them to the run's plan.
#pragma once

#include <string>
#include <vector>

#include "cli/backfill_input.h"
#include "cli/command_line.h"
#include "command/vars.h"
#include "diagnostic/error.h"
#include "plan/run_plan.h"

namespace plowline {

// --target, --profile, --dbt.
struct StagingFlags {
  std::string target;
  std::string profile;
  std::string dbt = "dbt";
};
std::vector<Flag> flags_of(StagingFlags& flags);

// Everything of the run `dbt run --select +MODEL… --vars {models_to_run: …}` of the branch's models. `extra` goes to
// dbt as it is. Errors: those of plan_run().
Result<RunPlan> plan_staging_run(const BranchSide& branch, const SidesFlags& sides, const StagingFlags& flags,
                                 const DbtVars& vars, const std::vector<std::string>& extra, Warnings& warnings);

// The seeds that the run's models read, which `dbt run` does not build: as selectors, in the order of ids.
Result<std::vector<std::string>> seeds_read(const BranchSide& branch, const RunPlan& run);

// `dbt seed` for them, called as the run is. `seeds` is not empty.
Result<Invocation> seed_invocation(const SidesFlags& sides, const StagingFlags& flags, const DbtVars& vars,
                                   const std::vector<std::string>& seeds);

}  // namespace plowline
