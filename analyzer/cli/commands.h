// Every subcommand, each declared in a file of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command_line.h"

namespace plowline {

// What all subcommands share. The subcommands' functions keep a reference: it must outlive the command line.
struct Options {
  bool verbose = false;
  bool quiet = false;
  std::vector<std::string> after_dashes;  // what stands behind `--`, for dbt
};

CommandLine command_command(const Options& options);           // plowline command
CommandLine vars_command(const Options& options);              // plowline vars
CommandLine ls_command();                                      // plowline ls
CommandLine diff_command(const Options& options);              // plowline diff
CommandLine report_command(const Options& options);            // plowline report
CommandLine backfill_command(const Options& options);          // plowline backfill
CommandLine lint_command();                                    // plowline lint
CommandLine fresh_command();                                   // plowline fresh
CommandLine changed_commands_command(const Options& options);  // plowline changed-commands
CommandLine query_command();                                   // plowline query
CommandLine rules_command();                                   // plowline rules
// `config`: --config of `plowline rules`, which may stand behind `test` as well.
CommandLine rules_test_command(std::shared_ptr<const std::string> config);  // plowline rules test
CommandLine init_command();                                                 // plowline init
CommandLine completions_command();                                          // plowline completions
CommandLine man_command();                                                  // plowline man

// The whole command line, `plowline` itself at the root.
CommandLine plowline_command_line(Options& options);

}  // namespace plowline
