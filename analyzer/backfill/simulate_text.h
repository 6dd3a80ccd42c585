// A simulation for people: what was assumed, a table of the runs, and how it ends.
#pragma once

#include <string>

#include "backfill/simulate.h"

namespace plowline {

// Of many runs the first five and the last three, or with `every_run` each. Names are shown printable. Ends with a line
// feed.
std::string simulation_text(const SimulationInput& input, const Simulation& simulation, bool every_run);

}  // namespace plowline
