// One run plan per model: what each of several new or changed models needs, with everything upstream of it.
//
// Whoever changes a model has to run it before the change is merged, and whoever reviews the change has to know how. So
// the plan is that of `+model`, made for each model by itself: the models of one change are not always run together.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "diagnostic/error.h"
#include "graph/node_set.h"
#include "plan/run_plan.h"
#include "project/project.h"
#include "selection/select.h"

namespace plowline {

struct ModelRun {
  std::string project;  // the root project's name
  std::string unique_id;
  std::string name;
  std::string file;      // relative to the working directory where the project's folder is known
  std::string selector;  // `+name`, or `+` and the fqn where another node has the name too
  // Either a plan and its command as one line for a POSIX shell, or the reason why there is none.
  std::optional<RunPlan> plan;
  std::string line;
  std::optional<Error> error;
  Warnings warnings;
};

// Plans `+model` for each of `models`, in the order of their ids. `request` says everything but the selection; `folder`
// is the project's. A model that cannot be planned has its own error. Cost: two selections and a plan per model.
// Errors: a record whose JSON is broken.
Result<std::vector<ModelRun>> plan_model_runs(const Project& project, Selector& selector, const NodeSet& models,
                                              const RunRequest& request, const std::filesystem::path& folder);

}  // namespace plowline
