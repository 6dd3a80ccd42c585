#include "backfill/status_json.h"

#include <nlohmann/json.hpp>

#include "diagnostic/json_output.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json state_json(const std::optional<RunState>& state) {
  return state ? Json(static_cast<int>(*state)) : Json(nullptr);
}

Json instant_json(const std::optional<Instant>& instant) {
  return instant ? Json(to_text(*instant)) : Json(nullptr);
}

Json problem_json(const std::optional<StatusProblem>& problem) {
  return problem ? Json(std::string(to_string(*problem))) : Json(nullptr);
}

Json package_json(const PackageStatus& package) {
  Json next;
  next["state"] = state_json(package.next.state);
  next["lower_limit"] = instant_json(package.next.lower_limit);
  next["upper_limit"] = instant_json(package.next.upper_limit);
  next["reaches_now"] = package.next.reaches_now;
  next["exact"] = package.next.exact;
  Json behind = Json::array();
  for (const ModelStanding& standing : package.out_of_sync) {
    behind.push_back({{"model", standing.model},
                      {"last_success", instant_json(standing.last_success)},
                      {"lag_seconds", std::chrono::duration<double>(standing.lag).count()}});
  }
  Json out;
  out["package"] = text_or_null(package.package);
  out["state"] = state_json(package.state);
  out["lower_limit"] = instant_json(package.lower_limit);
  out["upper_limit"] = instant_json(package.upper_limit);
  out["up_to_date"] = or_null(package.up_to_date);
  out["runs_left"] = or_null(package.runs_left);
  out["problem"] = problem_json(package.problem);
  out["message"] = text_or_null(package.message);
  out["next_step"] = text_or_null(package.next_step);
  out["next"] = std::move(next);
  out["manifest_written"] = or_null(package.manifest_written);
  out["models_in_run"] = package.models_in_run == 0 ? Json(nullptr) : Json(package.models_in_run);
  out["new_models"] = package.new_models;
  out["missing"] = package.missing;
  out["duplicates"] = package.duplicates;
  out["out_of_sync"] = std::move(behind);
  out["notes"] = package.notes;
  return out;
}

}  // namespace

std::string status_json(const BackfillStatus& status, const Warnings& warnings) {
  Json document;
  document["packages"] = Json::array();
  for (const PackageStatus& package : status.packages) document["packages"].push_back(package_json(package));
  document["succeeded"] = or_null(status.succeeded);
  document["problem"] = problem_json(status.problem);
  document["message"] = text_or_null(status.message);
  document["next_step"] = text_or_null(status.next_step);
  document["errors"] = status.errors;
  document["warnings"] = warnings_json(warnings);
  return document_text(document);
}

}  // namespace plowline
