#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "backfill/simulate.h"
#include "backfill/simulate_json.h"
#include "backfill/simulate_text.h"
#include "cli/backfill_commands.h"
#include "cli/backfill_simulate_input.h"
#include "cli/console.h"
#include "cli/print.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct SimulateCommand {
  SimulateFlags flags;
  std::string format = "text";
};

// State 3 is left only where the latest row's time is an event's. That is assumed where no events are described, and is
// told where the answer hangs on it: unless most models have that very time, which no hand gave them.
void check_assumption(const SimulationInput& input, const Simulation& simulation, Warnings& warnings) {
  const bool leaves_state_3 =
      simulation.end == SimulationEnd::kUpToDate &&
      std::ranges::any_of(simulation.runs, [](const auto& run) { return run.window.state == RunState::kOutOfSync; });
  if (!leaves_state_3) return;
  const auto counts = [&](const ManifestRow& row) { return std::ranges::count(input.models, row.model) > 0; };
  Instant latest = Instant::min();
  for (const ManifestRow& row : input.rows) {
    if (counts(row)) latest = std::max(latest, row.last_success);
  }
  std::vector<std::string_view> models;
  for (const ManifestRow& row : input.rows) {
    if (counts(row) && row.last_success == latest) models.push_back(row.model);
  }
  if (models.size() * 2 > input.models.size()) return;
  warnings.push_back({"assumed-event-times",
                      fmt::format("this holds if {}, the last_success of {}, is an event's own time; a later time that "
                                  "was typed by hand keeps the package in state 3 for ever",
                                  to_text(latest), name_list(models)),
                      "look whether an event has it; with --event-step, --first-event or --event only the events that "
                      "they describe are there",
                      {}});
}

Result<ExitStatus> run_simulate_command(const SimulateCommand& command, const Options& options) {
  Warnings warnings;
  const auto input = simulation_input(command.flags, warnings);
  if (!input) {
    print_warnings(warnings);
    return std::unexpected(input.error());
  }
  const Simulation simulation = simulate(*input);
  if (!describes_events(command.flags)) check_assumption(*input, simulation, warnings);
  print_warnings(warnings);
  const std::string text = command.format == "json" ? simulation_json(*input, simulation, warnings)
                                                    : simulation_text(*input, simulation, options.verbose);
  if (const auto printed = print_result(text); !printed) return std::unexpected(printed.error());
  return simulation.end == SimulationEnd::kUpToDate ? ExitStatus::kOk : ExitStatus::kFindings;
}

}  // namespace

CommandLine backfill_simulate_command(const Options& options) {
  auto simulate = std::make_shared<SimulateCommand>();
  CommandLine command{.name = "simulate",
                      .description = "tell the window of every run, or why it never gets up to date"};
  command.about =
      "Plays a package's runs without a warehouse: from the manifest's rows and the variables follow the state and the "
      "window of a run, from the latest event of the window the rows after it. Models are in run where they have the "
      "package's tag and models_to_run leaves them. Ends with status 1 where no number of runs gets up to date.";
  command.positionals = {{.name = "MODEL",
                          .description = "a model in run, the same as --models",
                          .kind = ValueKind::kText,
                          .repeated = true,
                          .target = &simulate->flags.names}};
  command.flags = flags_of(simulate->flags);
  command.flags.push_back({.names = {"--format"},
                           .description = "text, or a JSON document with every run",
                           .kind = ValueKind::kChoice,
                           .value_name = "FORMAT",
                           .choices = {"text", "json"},
                           .default_value = "text",
                           .target = &simulate->format});
  command.examples = {
      {"plowline backfill simulate my_new_model --start-date 2023-01-01 --backfill-limit-days 90",
       "how many runs a backfill takes, and their windows"},
      {"plowline backfill simulate --rows production.csv", "what production's next runs will do"},
      {"plowline backfill simulate --start-date 2023-01-01 --gap 2023-03-01..2023-04-09",
       "whether a gap in the events stops it"},
  };
  command.run = [simulate, &options](const CommandLine&) { return run_simulate_command(*simulate, options); };
  return command;
}

}  // namespace plowline
