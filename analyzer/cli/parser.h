// The argument parser, built from the command line as data.
//
// parser.cc is the only file that includes CLI11.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.h"
#include "diagnostic/error.h"

namespace plowline {

// What the arguments ask for: a command to run, or a text to print (help, the version).
struct ParsedCommand {
  const CommandLine* command = nullptr;
  std::string text;  // printed to stdout where `command` is null
};

// Reads `arguments` (without the program's name, and without a `--` and what follows it) into the targets of the
// flags and positionals of `root`. A flag that takes several values takes words until the next flag, as dbt's
// own does. Errors: exit status 2, with the nearest valid name where something is misspelt.
Result<ParsedCommand> parse_command_line(const CommandLine& root, const std::string& version,
                                         const std::vector<std::string>& arguments);

}  // namespace plowline
