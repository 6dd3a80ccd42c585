#include "cli/backfill_commands.h"

namespace plowline {

CommandLine backfill_command(const Options& options) {
  CommandLine command{.name = "backfill", .description = "plan, drive and check Snowplow's blue-green backfill"};
  command.about =
      "A new incremental model is built alone in a staging schema, run until it is up to date, moved into production, "
      "recorded in production's incremental manifest, and then merged. The subcommands stand in the order of these "
      "steps. None of them sends SQL to a warehouse: statements are printed, and dbt runs only in 'run' and for "
      "'status --query'.";
  command.subcommands = {backfill_plan_command(options),    backfill_simulate_command(options),
                         backfill_run_command(options),     backfill_status_command(options),
                         backfill_migrate_command(options), backfill_record_command(options),
                         backfill_verify_command(options)};
  return command;
}

}  // namespace plowline
