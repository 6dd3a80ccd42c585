#include "cli/backfill_commands.h"

namespace plowline {

CommandLine backfill_command(const Options&) {
  CommandLine command{.name = "backfill", .description = "plan, drive and check Snowplow's blue-green backfill"};
  command.about =
      "A new incremental model is built alone in a staging schema, run until it is up to date, moved into production, "
      "recorded in production's incremental manifest, and then merged. The subcommands stand in the order of these "
      "steps. None of them sends SQL to a warehouse: statements are printed, and dbt runs only in 'run' and for "
      "'status --query'.";
  command.subcommands = {};
  return command;
}

}  // namespace plowline
