#include <fmt/format.h>
#include <memory>
#include <utility>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/print.h"
#include "cli/run_input.h"
#include "command/execute.h"
#include "command/shell.h"
#include "plan/run_plan_json.h"
#include "plan/run_plan_text.h"

namespace plowline {
namespace {

struct CommandFlags {
  RunFlags run;
  std::string shell = "posix";
  std::string format = "text";
  bool explain = false;
  bool exec = false;
};

Result<std::string> result_text(const CommandFlags& flags, const RunPlan& plan, const Warnings& warnings) {
  const auto shell = shell_from(flags.shell);
  if (!shell) return std::unexpected(shell.error());
  if (flags.format == "json") return run_plan_json(plan, *shell, warnings);
  auto line = render(plan.invocation, *shell);
  if (!line) return line;
  if (*shell != Shell::kArgv) *line += "\n";
  return flags.explain ? explanation_text(plan) + "\n" + *line : *line;
}

// What a person should know beside the result and the warnings.
void print_remarks(const CommandFlags& flags, const RunPlan& plan) {
  for (const std::string& note : plan.notes) print_detail(printable(note));
  if (flags.format == "json") return;
  const bool is_shown = flags.explain && !flags.exec;  // the table says what follows
  if (plan.models_to_run.value.empty() && !is_shown) print_info(printable(plan.models_to_run.statement));
  for (const PlannedName& name : plan.models_to_run.names) {
    if (name.origin == "guard" && !is_shown)
      print_info(fmt::format("guard name {}: {}", printable(name.name), printable(name.reason)));
  }
  if (plan.models_to_run.applies && flags.run.target.empty()) {
    print_info("no --target: dbt takes the default of profiles.yml; name the target that this run is meant for");
  }
}

Result<ExitStatus> run_command(const CommandFlags& flags, const Options& options) {
  Warnings warnings;
  const auto plan = plan_of(flags.run, flags.explain || flags.format == "json", options.after_dashes, warnings);
  print_warnings(warnings);
  if (!plan) return std::unexpected(plan.error());
  const bool refused = flags.run.strict && !warnings.empty();
  if (flags.exec && !refused) {
    const auto line = render(plan->invocation, Shell::kPosix);
    if (line) print_info(printable(*line));
    print_remarks(flags, *plan);
    return std::unexpected(execute(plan->invocation));
  }
  const auto text = result_text(flags, *plan, warnings);
  if (!text) return std::unexpected(text.error());
  print_remarks(flags, *plan);
  if (auto printed = print_result(*text); !printed) return std::unexpected(printed.error());
  if (refused)
    print_info(fmt::format("--strict: {} {}{}", warnings.size(), warnings.size() == 1 ? "warning" : "warnings",
                           flags.exec ? ", dbt was not started" : ""));
  return refused ? ExitStatus::kFindings : ExitStatus::kOk;
}

}  // namespace

CommandLine command_command(const Options& options) {
  auto flags = std::make_shared<CommandFlags>();
  CommandLine command{.name = "command",
                      .description = "print the dbt command that runs a selection, with the exact models_to_run"};
  command.about =
      "One line on standard output, ready to paste. What follows -- goes to dbt as it is. Warnings and remarks go to "
      "standard error.";
  command.flags = {
      {.names = {"--shell"},
       .description = "the shell that the line is for; json and argv (NUL after each word) are for programs",
       .kind = ValueKind::kChoice,
       .value_name = "SHELL",
       .choices = {shell_names().begin(), shell_names().end()},
       .default_value = "posix",
       .target = &flags->shell},
      {.names = {"--format"},
       .description = "the line, or a JSON document with all that is known",
       .kind = ValueKind::kChoice,
       .value_name = "FORMAT",
       .choices = {"text", "json"},
       .default_value = "text",
       .target = &flags->format},
      {.names = {"--explain"},
       .description = "first a table of the selected nodes, and where each name comes from",
       .target = &flags->explain},
      {.names = {"--exec"}, .description = "run the command instead of printing it", .target = &flags->exec},
  };
  const std::vector<Flag> run_flags = flags_of(flags->run);
  command.flags.insert(command.flags.end(), run_flags.begin(), run_flags.end());
  command.positionals = {selector_positional(flags->run)};
  command.examples = {
      {"plowline command +my_new_model --target staging --backfill-limit-days 90",
       "the run that backfills a new model in staging"},
      {"plowline command +my_new_model --explain", "why each node is in, and where each name comes from"},
      {"plowline command +my_new_model --shell powershell", "the same line for PowerShell"},
      {"plowline command +my_new_model --exec -- --threads 8", "runs dbt at once"},
      {"dbt ls --select +my_new_model | plowline command --ls -", "takes the nodes from what dbt itself listed"},
  };
  command.run = [flags, &options](const CommandLine&) { return run_command(*flags, options); };
  return command;
}

}  // namespace plowline
