// A simulation as the document of schemas/backfill-simulate.schema.json.
#pragma once

#include <string>

#include "backfill/simulate.h"
#include "diagnostic/error.h"

namespace plowline {

// Holds every run with the whole manifest after it.
std::string simulation_json(const SimulationInput& input, const Simulation& simulation, const Warnings& warnings);

}  // namespace plowline
