#include "plan/model_runs.h"

#include <utility>

#include "command/shell.h"

namespace plowline {
namespace {

void plan_one(const Project& project, Selector& selector, RunRequest request, ModelRun& run) {
  request.selection.select = {run.selector};
  auto plan = plan_run(project, selector, std::move(request), run.warnings);
  if (!plan) {
    run.error = std::move(plan.error());
    return;
  }
  auto line = render(plan->invocation, Shell::kPosix);
  if (!line) {
    run.error = std::move(line.error());
    return;
  }
  run.line = std::move(*line);
  run.plan = std::move(*plan);
}

}  // namespace

Result<std::vector<ModelRun>> plan_model_runs(const Project& project, Selector& selector, const NodeSet& models,
                                              const RunRequest& request, const std::filesystem::path& folder) {
  const auto selectors = selectors_of(project, models);
  if (!selectors) return std::unexpected(selectors.error());
  const std::vector<NodeId> ids = models.ids();
  std::vector<ModelRun> runs(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const NodeRecord& node = project.node(ids[i]);
    ModelRun& run = runs[i];
    run.project = project.root_package();
    run.unique_id = node.unique_id;
    run.name = node.name;
    run.file = (folder / node.original_file_path).lexically_normal().generic_string();
    run.selector = "+" + (*selectors)[i];
    plan_one(project, selector, request, run);
  }
  return runs;
}

}  // namespace plowline
