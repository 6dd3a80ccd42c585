#include <memory>

#include "cli/commands.h"
#include "cli/completions.h"
#include "cli/print.h"

namespace plowline {

CommandLine completions_command() {
  auto shell = std::make_shared<std::string>();
  CommandLine command{.name = "completions", .description = "print the completions of a shell"};
  command.positionals = {{.name = "SHELL",
                          .description = "the shell",
                          .kind = ValueKind::kChoice,
                          .choices = {"bash", "zsh", "fish"},
                          .required = true,
                          .target = shell.get()}};
  command.examples = {{"source <(plowline completions bash)", "completes plowline in this shell"}};
  command.run = [shell](const CommandLine& root) -> Result<ExitStatus> {
    const std::string text = *shell == "bash"  ? bash_completions(root)
                             : *shell == "zsh" ? zsh_completions(root)
                                               : fish_completions(root);
    if (auto printed = print_result(text); !printed) return std::unexpected(std::move(printed.error()));
    return ExitStatus::kOk;
  };
  return command;
}

}  // namespace plowline
