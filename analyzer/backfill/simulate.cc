#include "backfill/simulate.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "backfill/simulate_end.h"

namespace plowline {
namespace {

// The manifest table, as the runs change it.
class Manifest {
 public:
  Manifest(const SimulationInput& input, std::vector<std::string> moved)
      : input_(input), moved_(std::move(moved)), rows_(input.rows) {
    std::ranges::sort(rows_, {}, [](const ManifestRow& row) { return std::tie(row.model, row.last_success); });
  }

  const std::vector<ManifestRow>& rows() const { return rows_; }
  RunWindow window(Instant now) const { return run_limits(rows_, input_.models, input_.settings, now); }

  // What the hook at the end of a run does. Whether it changed a row.
  bool merge(Instant latest_event) {
    bool changed = false;
    for (const std::string& model : moved_) {
      const auto row = std::ranges::lower_bound(rows_, model, {}, &ManifestRow::model);
      if (row == rows_.end() || row->model != model) {
        rows_.insert(row, {model, latest_event});
        changed = true;
      } else if (row->last_success < latest_event) {
        row->last_success = latest_event;
        changed = true;
      }
    }
    return changed;
  }

  // Each model in run has its one row, all of them the same, and not before `latest_event`.
  bool in_sync(std::optional<Instant> latest_event) const {
    std::set<std::string_view> missing(input_.models.begin(), input_.models.end());
    if (missing.size() != input_.models.size()) return false;
    std::optional<Instant> common;
    for (const ManifestRow& row : rows_) {
      if (std::ranges::find(input_.models, row.model) == input_.models.end()) continue;
      if (missing.erase(row.model) == 0 || (common && *common != row.last_success)) return false;
      common = row.last_success;
    }
    return missing.empty() && (!latest_event || *common >= *latest_event);
  }

  // Whether a later run with these rows could do more than one at `now`: an event that is still to come lies where the
  // window of the later run may reach.
  bool waits_for_events(Instant now) const {
    if (input_.run_takes <= std::chrono::microseconds::zero() || moved_.empty()) return false;
    return input_.events.first_after(now, window(Instant::max()).upper_limit).has_value();
  }

 private:
  const SimulationInput& input_;
  std::vector<std::string> moved_;
  std::vector<ManifestRow> rows_;
};

// One run; whether it changed a row.
bool run_once(const SimulationInput& input, Manifest& manifest, Instant now, Simulation& simulation) {
  SimulatedRun run;
  run.window = manifest.window(now);
  run.latest_event = input.events.latest_in(run.window.lower_limit, std::min(run.window.upper_limit, now));
  const bool changed = run.latest_event && manifest.merge(*run.latest_event);
  run.rows = manifest.rows();
  simulation.runs.push_back(std::move(run));
  return changed;
}

bool up_to_date(const Manifest& manifest, const SimulatedRun& run) {
  return run.window.reaches_now && !run.window.empty() && manifest.in_sync(run.latest_event);
}

// Runs until something ends it. Whether it stands still; else it is up to date, or max_runs are over.
bool run_on(const SimulationInput& input, Manifest& manifest, Simulation& simulation) {
  Instant now = input.now;
  bool still = false;
  while (simulation.runs.size() < input.max_runs) {
    const bool changed = run_once(input, manifest, now, simulation);
    if (still) break;  // the repetition, for the eye
    if (up_to_date(manifest, simulation.runs.back())) return false;
    still = !changed && !manifest.waits_for_events(now);
    now += input.run_takes;
  }
  return still;
}

}  // namespace

std::vector<std::string> moved_models(const SimulationInput& input) {
  std::vector<std::string> moved;
  const std::set<std::string_view> selected(input.selected.begin(), input.selected.end());
  for (const std::string& model : std::set<std::string>(input.models.begin(), input.models.end())) {
    if (selected.contains(model) && std::ranges::count(input.rows, model, &ManifestRow::model) <= 1)
      moved.push_back(model);
  }
  return moved;
}

std::string_view to_string(SimulationEnd end) {
  switch (end) {
    case SimulationEnd::kUpToDate:
      return "up-to-date";
    case SimulationEnd::kStuckState2:
      return "stuck-state-2";
    case SimulationEnd::kStuckState3:
      return "stuck-state-3";
    case SimulationEnd::kNoEvents:
      return "no-events";
    case SimulationEnd::kGap:
      return "gap";
    case SimulationEnd::kMaxRuns:
      return "max-runs";
    case SimulationEnd::kNoModels:
      return "no-models";
    case SimulationEnd::kNothingRun:
      return "nothing-run";
    case SimulationEnd::kRowInFuture:
      break;
  }
  return "row-in-future";
}

Simulation simulate(const SimulationInput& input) {
  Simulation simulation;
  Progress progress = Progress::kUnfinished;
  if (!input.models.empty()) {
    Manifest manifest(input, moved_models(input));
    const bool still = run_on(input, manifest, simulation);
    const bool arrived = !still && !simulation.runs.empty() && up_to_date(manifest, simulation.runs.back());
    progress = still ? Progress::kStandsStill : arrived ? Progress::kUpToDate : Progress::kUnfinished;
  }
  explain_end(input, progress, simulation);
  return simulation;
}

std::vector<RunWindow> dense_windows(const RunSettings& settings, std::vector<ManifestRow> rows,
                                     const std::vector<std::string>& models, Instant now) {
  if (settings.start_date > now) return {};
  SimulationInput input;
  input.settings = settings;
  input.rows = std::move(rows);
  input.models = models;
  input.selected = models;
  input.events = {settings.start_date, now, std::chrono::microseconds(1), {}, {}};
  input.now = now;
  const Simulation simulation = simulate(input);
  std::vector<RunWindow> windows;
  if (simulation.end != SimulationEnd::kUpToDate) return windows;
  for (const SimulatedRun& run : simulation.runs) windows.push_back(run.window);
  return windows;
}

std::optional<std::size_t> runs_needed(Instant start, Instant now, std::chrono::microseconds limit) {
  if (limit <= std::chrono::microseconds::zero()) return std::nullopt;
  if (start >= now) return 1;
  const std::int64_t whole = (now - start) / limit;
  const bool more = (now - start) % limit != std::chrono::microseconds::zero();
  return static_cast<std::size_t>(whole) + (more ? 1 : 0);
}

}  // namespace plowline
