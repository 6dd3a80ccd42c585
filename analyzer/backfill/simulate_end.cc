#include "backfill/simulate_end.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "backfill/time_span.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

// Rows that are ahead of others wait until those have caught up: in production, for that long no model gets new data.
std::string waiting_time(const SimulationInput& input, const Simulation& simulation) {
  std::size_t waiting = 0;
  while (simulation.runs[waiting].window.state == RunState::kNewModel ||
         simulation.runs[waiting].window.state == RunState::kOutOfSync) {
    ++waiting;  // the last run is in another state, or it would not be up to date
  }
  if (waiting == 0) return {};
  Instant latest = Instant::min();
  for (const ManifestRow& row : input.rows) {
    if (std::ranges::count(input.models, row.model) > 0) latest = std::max(latest, row.last_success);
  }
  return fmt::format("; {} no model gets events after {}",
                     waiting == 1 ? "in the first run" : fmt::format("in the first {} runs", waiting), to_text(latest));
}

EndWords reached(const SimulationInput& input, const Simulation& simulation) {
  const std::size_t count = simulation.runs.size();
  return {SimulationEnd::kUpToDate,
          fmt::format("up to date after {} {}: the last window ends at {}, the time of the run{}", count,
                      plural(count, "run", "runs"), to_text(simulation.runs.back().window.upper_limit),
                      waiting_time(input, simulation)),
          {}};
}

EndWords unfinished(const SimulationInput& input, const Simulation& simulation) {
  const std::size_t count = simulation.runs.size();
  if (count == 0) return {SimulationEnd::kMaxRuns, "no run was allowed", "allow at least one run"};
  const Instant reached = simulation.runs.back().window.upper_limit;
  const Instant now = input.now + input.run_takes * static_cast<std::int64_t>(count - 1);
  std::string reason = fmt::format("not up to date after {} {}: the last window ends at {}", count,
                                   plural(count, "run", "runs"), to_text(reached));
  if (reached < now) reason += fmt::format(", {} before now", to_text(now - reached));
  const auto limit = input.settings.backfill_limit;
  if (input.run_takes >= limit) {
    return {SimulationEnd::kMaxRuns,
            reason + fmt::format("; a run takes {} and brings at most {}", to_text(input.run_takes), to_text(limit)),
            "set a greater snowplow__backfill_limit_days"};
  }
  return {SimulationEnd::kMaxRuns, std::move(reason),
          fmt::format("allow more runs, about {} are left, or set a greater snowplow__backfill_limit_days",
                      runs_needed(reached, now, limit).value_or(1))};
}

EndWords told(const SimulationInput& input, Progress progress, const Simulation& simulation) {
  if (input.models.empty()) {
    return {SimulationEnd::kNoModels, "no model is in run, and the package stops with 'No enabled models identified.'",
            "let models_to_run name at least one enabled model with the package's tag"};
  }
  if (progress == Progress::kUpToDate) return reached(input, simulation);
  return progress == Progress::kStandsStill ? standstill_words(input, simulation) : unfinished(input, simulation);
}

}  // namespace

void explain_end(const SimulationInput& input, Progress progress, Simulation& simulation) {
  EndWords words = told(input, progress, simulation);
  simulation.end = words.end;
  simulation.reason = std::move(words.reason);
  simulation.next_step = std::move(words.next_step);
}

}  // namespace plowline
