#include "plan/run_plan_json.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "diagnostic/json_output.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

Json project_json(const std::optional<PlannedProject>& project) {
  if (!project) return nullptr;
  return {{"manifest", project->manifest},         {"name", project->name},
          {"dbt_version", project->dbt_version},   {"adapter_type", project->adapter_type},
          {"generated_at", project->generated_at}, {"schema_version", project->schema_version}};
}

Json models_to_run_json(const PlannedModelsToRun& models) {
  Json names = Json::array();
  for (const PlannedName& name : models.names) {
    names.push_back({{"name", name.name},
                     {"origin", name.origin},
                     {"models", name.models},
                     {"packages", name.packages},
                     {"reason", name.reason}});
  }
  Json packages = Json::array();
  for (const PlannedPackage& package : models.packages) {
    packages.push_back({{"package", package.package},
                        {"models", package.models},
                        {"guard", package.guard ? Json(*package.guard) : Json(nullptr)},
                        {"window_is_computed", package.window_is_computed}});
  }
  return {{"applies", models.applies},
          {"statement", models.statement},
          {"value", models.value},
          {"names", std::move(names)},
          {"packages", std::move(packages)}};
}

Json nodes_json(const std::vector<PlannedNode>& nodes) {
  Json out = Json::array();
  for (const PlannedNode& node : nodes) {
    out.push_back({{"unique_id", node.unique_id},
                   {"name", node.name},
                   {"resource_type", node.resource_type},
                   {"package_name", node.package_name},
                   {"materialized", node.materialized},
                   {"relation_name", node.relation_name},
                   {"reasons", node.reasons},
                   {"counted_by", node.counted_by}});
  }
  return out;
}

std::string_view shell_name(Shell shell) {
  return shell_names()[static_cast<std::size_t>(shell)];
}

}  // namespace

Result<std::string> run_plan_json(const RunPlan& plan, Shell shell, const Warnings& warnings) {
  const auto line = render(plan.invocation, shell);
  if (!line) return std::unexpected(line.error());
  const auto argv = plan.invocation.argv(vars_style(shell));
  if (!argv) return std::unexpected(argv.error());
  const auto vars =
      plan.invocation.vars().empty() ? Result<std::string>("") : plan.invocation.vars().render(vars_style(shell));
  if (!vars) return std::unexpected(vars.error());
  const Json document{
      {"project", project_json(plan.project)},
      {"selected_by", {{"select", plan.select}, {"exclude", plan.exclude}, {"selector", plan.selector}}},
      {"command", {{"argv", *argv}, {"shell", shell_name(shell)}, {"line", *line}, {"vars", *vars}}},
      {"models_to_run", models_to_run_json(plan.models_to_run)},
      {"nodes", nodes_json(plan.nodes)},
      {"notes", plan.notes},
      {"warnings", warnings_json(warnings)},
  };
  return document_text(document);
}

}  // namespace plowline
