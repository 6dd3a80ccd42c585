// Short ways to write down times and a simulation's input.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/instant.h"
#include "backfill/simulate.h"

namespace plowline::testing {

inline Instant at(std::string_view text) {
  return instant_from(text).value();
}

// A fresh manifest, events every ten minutes from the start date on, as facts about the packages' runs are told with.
inline SimulationInput dense_input(std::vector<std::string> models = {"my_new_model"}) {
  SimulationInput input;
  input.settings.start_date = at("2023-01-01");
  input.now = at("2023-10-11 10:11:12");
  input.events.first = input.settings.start_date;
  input.events.last = input.now;
  input.models = models;
  input.selected = models;
  return input;
}

// `3 2023-01-01 00:00:00 to 2023-01-31 00:00:00`: state and window.
inline std::string text_of(const RunWindow& window) {
  return std::to_string(static_cast<int>(window.state)) + " " + to_text(window.lower_limit) + " to " +
         to_text(window.upper_limit);
}

// The states of the runs, a digit for each: `23334`.
inline std::string states_of(const Simulation& simulation) {
  std::string states;
  for (const SimulatedRun& run : simulation.runs) states += std::to_string(static_cast<int>(run.window.state));
  return states;
}

}  // namespace plowline::testing
