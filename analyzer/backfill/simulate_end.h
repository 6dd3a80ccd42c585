// How a simulation ended, in words a user can act on. A part of simulate.cc.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backfill/simulate.h"

namespace plowline {

// The models in run that every run brings forward: selected, and not failing for a second row. Sorted, each once.
std::vector<std::string> moved_models(const SimulationInput& input);

struct EndWords {
  SimulationEnd end;
  std::string reason;
  std::string next_step;
};

// For a package of which a run left the manifest as it was (the last one of `simulation`), and every later run will.
EndWords standstill_words(const SimulationInput& input, const Simulation& simulation);

enum class Progress : std::uint8_t { kUpToDate, kStandsStill, kUnfinished };

// Fills in `end`, `reason` and `next_step`.
void explain_end(const SimulationInput& input, Progress progress, Simulation& simulation);

}  // namespace plowline
