#include "plan/model_runs_json.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "command/shell.h"
#include "diagnostic/json_output.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

Result<Json> command_json(const ModelRun& run) {
  if (!run.plan) return Json(nullptr);
  const VarsStyle style = vars_style(Shell::kPosix);
  const Invocation& invocation = run.plan->invocation;
  const auto argv = invocation.argv(style);
  if (!argv) return std::unexpected(argv.error());
  const auto vars = invocation.vars().empty() ? Result<std::string>("") : invocation.vars().render(style);
  if (!vars) return std::unexpected(vars.error());
  return Json{{"argv", *argv}, {"line", run.line}, {"vars", *vars}};
}

Json models_to_run_json(const ModelRun& run) {
  if (!run.plan) return nullptr;
  const PlannedModelsToRun& models = run.plan->models_to_run;
  return {{"applies", models.applies}, {"statement", models.statement}, {"value", models.value}};
}

Json error_json(const ModelRun& run) {
  if (!run.error) return nullptr;
  return {{"reason", run.error->reason}, {"next_step", run.error->next_step}};
}

}  // namespace

Result<std::string> model_runs_json(const std::vector<ModelRun>& runs, const Warnings& warnings) {
  Json models = Json::array();
  for (const ModelRun& run : runs) {
    auto command = command_json(run);
    if (!command) return std::unexpected(std::move(command.error()));
    models.push_back({{"project", run.project},
                      {"unique_id", run.unique_id},
                      {"name", run.name},
                      {"file", run.file},
                      {"selector", run.selector},
                      {"command", std::move(*command)},
                      {"models_to_run", models_to_run_json(run)},
                      {"error", error_json(run)},
                      {"warnings", warnings_json(run.warnings)}});
  }
  return document_text(Json{{"models", std::move(models)}, {"warnings", warnings_json(warnings)}});
}

}  // namespace plowline
