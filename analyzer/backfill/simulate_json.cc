#include "backfill/simulate_json.h"

#include <nlohmann/json.hpp>

#include "backfill/window_json.h"
#include "diagnostic/json_output.h"

namespace plowline {
namespace {

using Json = nlohmann::ordered_json;

// In a unit that people set it in: whole numbers as such.
Json number_of(std::chrono::microseconds span, std::chrono::microseconds unit) {
  if (span % unit == std::chrono::microseconds::zero()) return span / unit;
  return static_cast<double>(span.count()) / static_cast<double>(unit.count());
}

Json or_null(const std::optional<Instant>& time) {
  return time ? Json(to_text(*time)) : Json(nullptr);
}

Json rows_json(const std::vector<ManifestRow>& rows) {
  Json all = Json::array();
  for (const ManifestRow& row : rows)
    all.push_back({{"model", row.model}, {"last_success", to_text(row.last_success)}});
  return all;
}

Json input_json(const SimulationInput& input) {
  Json gaps = Json::array();
  for (const EventTimes::Gap& gap : input.events.gaps)
    gaps.push_back({{"after", to_text(gap.after)}, {"before", to_text(gap.before)}});
  Json extra = Json::array();
  for (const Instant time : input.events.extra) extra.push_back(to_text(time));
  return {{"start_date", to_text(input.settings.start_date)},
          {"backfill_limit_days", number_of(input.settings.backfill_limit, std::chrono::days(1))},
          {"lookback_hours", number_of(input.settings.lookback, std::chrono::hours(1))},
          {"now", to_text(input.now)},
          {"run_takes_seconds", number_of(input.run_takes, std::chrono::seconds(1))},
          {"max_runs", input.max_runs},
          {"models", input.models},
          {"selected", input.selected},
          {"rows", rows_json(input.rows)},
          {"events",
           {{"first", to_text(input.events.first)},
            {"last", to_text(input.events.last)},
            {"step_seconds", number_of(input.events.step, std::chrono::seconds(1))},
            {"gaps", gaps},
            {"extra", extra}}}};
}

Json run_json(std::size_t number, const SimulatedRun& run) {
  Json json = {{"run", number}};
  json.update(window_json(run.window));
  json.update({{"empty_window", run.window.empty()},
               {"latest_event", or_null(run.latest_event)},
               {"rows", rows_json(run.rows)}});
  return json;
}

}  // namespace

std::string simulation_json(const SimulationInput& input, const Simulation& simulation, const Warnings& warnings) {
  Json runs = Json::array();
  for (const SimulatedRun& run : simulation.runs) runs.push_back(run_json(runs.size() + 1, run));
  const Json document{{"input", input_json(input)},
                      {"end", to_string(simulation.end)},
                      {"up_to_date", simulation.end == SimulationEnd::kUpToDate},
                      {"reason", simulation.reason},
                      {"next_step", simulation.next_step.empty() ? Json(nullptr) : Json(simulation.next_step)},
                      {"run_count", simulation.runs.size()},
                      {"runs", runs},
                      {"warnings", warnings_json(warnings)}};
  return document_text(document);
}

}  // namespace plowline
