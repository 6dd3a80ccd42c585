// The flags of `plowline backfill simulate`, and the way from them to what is simulated.
#pragma once

#include <string>
#include <vector>

#include "backfill/simulate.h"
#include "cli/backfill_input.h"
#include "cli/command_line.h"
#include "diagnostic/error.h"

namespace plowline {

struct SimulateFlags {
  ProjectFlags project;
  SettingFlags settings;
  std::string package;
  std::vector<std::string> names;  // positional: the same as --models
  std::string models;
  std::string selected;
  std::string rows;
  std::string now;
  std::string first_event;
  std::string last_event;
  std::string event_step;
  std::vector<std::string> gaps;
  std::vector<std::string> events;
  std::string run_takes;
  std::string max_runs;
};
std::vector<Flag> flags_of(SimulateFlags& flags);

// Whether the user said when events come (--first-event, --event-step, --event). If not, they are thought to come all
// the time, and every last_success of the rows is thought to be an event's own time, as it is where no hand wrote it.
bool describes_events(const SimulateFlags& flags);

// Reads --rows and parses the rest. Where a project is named or near, its variables count, and MODEL… are models of it:
// in run is then what a package counts of their lineage. Without models: those of the rows, else one called
// `my_new_model`. Errors: a value that is wrong (exit status 2, names its flag), rows that cannot be read (3), models
// of several packages (2; --package says which).
Result<SimulationInput> simulation_input(const SimulateFlags& flags, Warnings& warnings);

}  // namespace plowline
