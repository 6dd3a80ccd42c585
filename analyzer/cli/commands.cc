#include "cli/commands.h"

namespace plowline {

CommandLine plowline_command_line(Options& options) {
  CommandLine root{.name = "plowline",
                   .description = "Answers from dbt's artifacts what must run, before anything runs."};
  root.flags = {
      {.names = {"--verbose", "-v"},
       .description = "list what warnings and remarks only count",
       .target = &options.verbose},
      {.names = {"--quiet", "-q"}, .description = "print errors only beside the result", .target = &options.quiet},
  };
  root.subcommands = {command_command(options),  changed_commands_command(options),
                      vars_command(options),     ls_command(),
                      diff_command(options),     report_command(options),
                      backfill_command(options), lint_command(),
                      fresh_command(),           query_command(),
                      rules_command(),           init_command(),
                      completions_command(),     man_command()};
  return root;
}

}  // namespace plowline
