// The runs of changed models as the JSON document that schemas/changed-commands.schema.json describes.
#pragma once

#include <string>
#include <vector>

#include "diagnostic/error.h"
#include "plan/model_runs.h"

namespace plowline {

// `warnings` are those of the projects; each run has its own. Ends with a line feed. Errors: those of rendering.
Result<std::string> model_runs_json(const std::vector<ModelRun>& runs, const Warnings& warnings);

}  // namespace plowline
