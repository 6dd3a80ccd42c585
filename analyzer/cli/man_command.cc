#include "cli/commands.h"
#include "cli/man_page.h"
#include "cli/print.h"

namespace plowline {

CommandLine man_command() {
  CommandLine command{.name = "man", .description = "print the manual page"};
  command.examples = {{"plowline man | man -l -", "reads it"}};
  command.run = [](const CommandLine& root) -> Result<ExitStatus> {
    if (auto printed = print_result(man_page(root, PLOWLINE_VERSION)); !printed) {
      return std::unexpected(std::move(printed.error()));
    }
    return ExitStatus::kOk;
  };
  return command;
}

}  // namespace plowline
