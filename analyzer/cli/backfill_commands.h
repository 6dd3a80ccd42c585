// The subcommands of `plowline backfill`, each declared in a file of its own.
#pragma once

#include "cli/commands.h"

namespace plowline {

CommandLine backfill_plan_command(const Options& options);      // plowline backfill plan
CommandLine backfill_simulate_command(const Options& options);  // plowline backfill simulate
CommandLine backfill_run_command(const Options& options);       // plowline backfill run
CommandLine backfill_status_command(const Options& options);    // plowline backfill status
CommandLine backfill_migrate_command(const Options& options);   // plowline backfill migrate
CommandLine backfill_record_command(const Options& options);    // plowline backfill record
CommandLine backfill_verify_command(const Options& options);    // plowline backfill verify

}  // namespace plowline
