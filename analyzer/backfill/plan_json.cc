#include <nlohmann/json.hpp>

#include "backfill/plan.h"
#include "backfill/sql_script_json.h"
#include "backfill/window_json.h"
#include "diagnostic/json_output.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

Json table_json(const TableName& table) {
  return {{"database", table.database ? Json(table.database->text) : Json(nullptr)},
          {"schema", table.schema.text},
          {"identifier", table.identifier.text}};
}

Json model_json(const NewModel& model) {
  const bool placed = !model.staging.identifier.text.empty();
  return {{"unique_id", model.unique_id},
          {"name", model.name},
          {"requested", model.requested},
          {"packages", model.packages},
          {"materialized", model.config.materialized},
          {"has_history", model.has_history},
          {"in_production", model.in_production},
          {"staging", placed ? table_json(model.staging) : Json(nullptr)},
          {"production", model.production ? table_json(*model.production) : Json(nullptr)},
          {"placement", text_or_null(model.placement)}};
}

Json package_json(const PackageTables& package) {
  return {{"package", package.package},
          {"staging_manifest", table_json(package.staging_manifest)},
          {"production_manifest", table_json(package.production_manifest)},
          {"shared", package.shared},
          {"staging_models", package.staging_models},
          {"new_models", package.new_models},
          {"production_models", package.production_models}};
}

Json runs_json(const PlannedRuns& runs) {
  Json settings = Json::array();
  for (const SettingSource& source : runs.settings.sources)
    settings.push_back({{"name", source.name}, {"value", source.value}, {"origin", source.origin}});
  Json windows = Json::array();
  for (const RunWindow& window : runs.windows) windows.push_back(window_json(window));
  return {{"package", runs.package}, {"settings", settings}, {"windows", windows}};
}

template <typename T, typename F>
Json list_json(const std::vector<T>& items, F to_json) {
  Json all = Json::array();
  for (const T& item : items) all.push_back(to_json(item));
  return all;
}

}  // namespace

std::string backfill_plan_json(const BackfillPlan& plan, const Warnings& warnings) {
  const auto check_json = [](const PlanCheck& check) {
    return Json{{"name", check.name},
                {"status", to_string(check.status)},
                {"message", check.message},
                {"next_step", text_or_null(check.next_step)},
                {"place", text_or_null(check.place)}};
  };
  const auto other_json = [](const std::pair<int, std::size_t>& other) {
    return Json{{"backfill_limit_days", other.first}, {"runs", other.second}};
  };
  const Json document{{"project", plan.project},
                      {"adapter_type", plan.adapter_type},
                      {"manifest", plan.branch_manifest},
                      {"state_manifest", plan.production_manifest},
                      {"holds", plan.holds()},
                      {"models", list_json(plan.sides.models, model_json)},
                      {"packages", list_json(plan.sides.packages, package_json)},
                      {"checks", list_json(plan.checks, check_json)},
                      {"seeds", plan.seeds},
                      {"seed_command", text_or_null(plan.seed_command)},
                      {"run_command", plan.run_command},
                      {"lint_command", plan.lint_command},
                      {"models_to_run", plan.models_to_run},
                      {"guards", plan.guards},
                      {"run_count", plan.run_count()},
                      {"runs", list_json(plan.runs, runs_json)},
                      {"other_limits", list_json(plan.other_limits, other_json)},
                      {"migrate", scripts_json(plan.migrate)},
                      {"record", scripts_json(plan.record)},
                      {"verify", scripts_json(plan.verify)},
                      {"without_sql", text_or_null(plan.without_sql)},
                      {"warnings", warnings_json(warnings)}};
  return document_text(document);
}

}  // namespace plowline
