#include <memory>
#include <utility>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/print.h"
#include "cli/run_input.h"
#include "command/shell.h"
#include "plan/run_plan_json.h"

namespace plowline {
namespace {

struct VarsFlags {
  RunFlags run;
  std::string shell;
  std::string format = "text";
};

Result<std::string> vars_text(const VarsFlags& flags, const RunPlan& plan, const Warnings& warnings) {
  const auto shell = shell_from(flags.shell.empty() ? "argv" : flags.shell);
  if (!shell) return std::unexpected(shell.error());
  if (flags.format == "json") return run_plan_json(plan, *shell, warnings);
  auto text = render_vars(plan.invocation.vars(), *shell);
  if (text) *text += "\n";
  return text;
}

Result<ExitStatus> run_vars(const VarsFlags& flags, const Options& options) {
  Warnings warnings;
  const auto plan = plan_of(flags.run, flags.format == "json", options.after_dashes, warnings);
  print_warnings(warnings);
  if (!plan) return std::unexpected(plan.error());
  for (const std::string& note : plan->notes) print_detail(printable(note));
  if (plan->models_to_run.value.empty()) print_info(printable(plan->models_to_run.statement));
  const auto text = vars_text(flags, *plan, warnings);
  if (!text) return std::unexpected(text.error());
  if (auto printed = print_result(*text); !printed) return std::unexpected(printed.error());
  return flags.run.strict && !warnings.empty() ? ExitStatus::kFindings : ExitStatus::kOk;
}

}  // namespace

CommandLine vars_command(const Options& options) {
  auto flags = std::make_shared<VarsFlags>();
  CommandLine command{.name = "vars", .description = "print the value of --vars alone"};
  command.about = "Without --shell the bare value is printed, for \"$(plowline vars SELECTOR)\" inside double quotes.";
  command.flags = {
      {.names = {"--shell"},
       .description = "quote the value for this shell",
       .kind = ValueKind::kChoice,
       .value_name = "SHELL",
       .choices = {shell_names().begin(), shell_names().end()},
       .target = &flags->shell},
      {.names = {"--format"},
       .description = "the value, or the JSON document of 'plowline command'",
       .kind = ValueKind::kChoice,
       .value_name = "FORMAT",
       .choices = {"text", "json"},
       .default_value = "text",
       .target = &flags->format},
  };
  const std::vector<Flag> run_flags = flags_of(flags->run);
  command.flags.insert(command.flags.end(), run_flags.begin(), run_flags.end());
  command.positionals = {selector_positional(flags->run)};
  command.examples = {
      {"dbt run --select +my_new_model --vars \"$(plowline vars +my_new_model)\"", "in a line of one's own"}};
  command.run = [flags, &options](const CommandLine&) { return run_vars(*flags, options); };
  return command;
}

}  // namespace plowline
