// A run plan as the JSON document that schemas/command.schema.json describes.
#pragma once

#include <string>

#include "command/shell.h"
#include "diagnostic/error.h"
#include "plan/run_plan.h"

namespace plowline {

// Ends with a line feed. Errors: those of rendering the command for `shell`.
Result<std::string> run_plan_json(const RunPlan& plan, Shell shell, const Warnings& warnings);

}  // namespace plowline
