// A backfill, run after run, without a warehouse: what the windows will be, how many runs it takes, or why it never
// ends.
//
// After a run, every model in run that ran successfully gets `last_success = max(its own, the latest event of the
// window)` (snowplow_utils: snowplow_incremental_post_hook); not the window's upper limit. So where events have gaps,
// the next window begins before the last one ended, and a gap longer than the limit is never crossed.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backfill/run_limits.h"

namespace plowline {

// The times of the events, as far as the machine sees them. `first` <= `last`; an event every `step` from `first` on,
// but for those inside of a gap (both its ends exclusive), and those in `extra`.
struct EventTimes {
  struct Gap {
    Instant after;
    Instant before;
  };
  Instant first;
  Instant last;
  std::chrono::microseconds step = std::chrono::minutes(10);
  std::vector<Gap> gaps;
  std::vector<Instant> extra;  // sorted

  // The latest event in [lower, upper]. Cost: O(gaps + log extra).
  std::optional<Instant> latest_in(Instant lower, Instant upper) const;
};

struct SimulationInput {
  RunSettings settings;
  std::vector<ManifestRow> rows;      // the manifest before the first run
  std::vector<std::string> models;    // models in run: counted by the package
  std::vector<std::string> selected;  // those of them that dbt runs, successfully, in each run
  EventTimes events;
  Instant now;                            // of the first run
  std::chrono::microseconds run_takes{};  // how much later each next run starts
  std::size_t max_runs = 10'000;
};

struct SimulatedRun {
  RunWindow window;
  std::optional<Instant> latest_event;  // of the window; nothing: the window holds no event
  std::vector<ManifestRow> rows;        // the manifest after the run, sorted by model
};

enum class SimulationEnd : std::uint8_t {
  kUpToDate,     // the last run reached its own time, all models have one last_success
  kStuckState2,  // a model in run never gets a row: every run repeats one window
  kStuckState3,  // a row lies at a time that no event has: the others never reach it
  kNoEvents,     // no event in the first window: no row is ever written
  kGap,          // no event for longer than the limit: the window stands still
  kMaxRuns,      // max_runs were not enough
  kNoModels,     // no model in run: the packages fail with `No enabled models identified.`
};

// Stable, kebab-case: `up-to-date`, `stuck-state-2`, `stuck-state-3`, `no-events`, `gap`, `max-runs`, `no-models`.
std::string_view to_string(SimulationEnd end);

struct Simulation {
  std::vector<SimulatedRun> runs;  // ends with the run that ended it; a window that repeats stands twice
  SimulationEnd end = SimulationEnd::kUpToDate;
  std::string reason;     // one sentence for people: what happens, with the window and the model's names
  std::string next_step;  // what cures it; empty where nothing is wrong
};

Simulation simulate(const SimulationInput& input);

// The least number of runs that reach from `start` to `now` in steps of `limit`, where events are dense:
// ceil((now - start) / limit), and 1 where `start` is not before `now`. Nothing where the limit is not positive.
std::optional<std::size_t> runs_needed(Instant start, Instant now, std::chrono::microseconds limit);

}  // namespace plowline
