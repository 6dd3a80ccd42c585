// A backfill, run after run, without a warehouse: what the windows will be, how many runs it takes, or why it never
// ends.
//
// After a run, every model in run that ran successfully gets `last_success = max(its own, the latest event of the
// window)` (snowplow_utils: snowplow_incremental_post_hook); not the window's upper limit. So where events have gaps,
// the next window begins before the last one ended, and a gap longer than the limit is never crossed.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
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

  // The latest event in [lower, upper]. Cost: O(gaps + log extra), as long as gaps do not overlap.
  std::optional<Instant> latest_in(Instant lower, Instant upper) const;
  // The earliest event in (after, until]. The same cost.
  std::optional<Instant> first_after(Instant after, Instant until) const;
};

// An event counts from its own time on: a run does not see those that lie after its `now`. A model with two rows fails
// in every run, whether selected or not (`more than one row returned by a subquery used as an expression`).
struct SimulationInput {
  RunSettings settings;
  std::vector<ManifestRow> rows;      // the manifest before the first run
  std::vector<std::string> models;    // models in run: counted by the package
  std::vector<std::string> selected;  // those of them that dbt runs, successfully, in each run
  // Why a model is not in `selected`, where that is known: `ephemeral`, `excluded`. Without an entry: `not selected`.
  std::map<std::string, std::string, std::less<>> why_not_run;
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
  kNothingRun,   // none of the models in run is run successfully: no row is ever written or moved
  kRowInFuture,  // all rows lie so far after `now` that the window ends before it begins
};

// Stable, kebab-case: `up-to-date`, `stuck-state-2`, `stuck-state-3`, `no-events`, `gap`, `max-runs`, `no-models`,
// `nothing-run`, `row-in-future`.
std::string_view to_string(SimulationEnd end);

struct Simulation {
  std::vector<SimulatedRun> runs;  // ends with the run that ended it; a window that repeats stands twice
  SimulationEnd end = SimulationEnd::kUpToDate;
  // For people, printable, without a full stop: what happens, with the window and the models' names; and what cures it,
  // empty where nothing is wrong.
  std::string reason;
  std::string next_step;
};

// Ends after `max_runs` at the latest. A run that changes no row is followed by its like for ever, unless time brings
// an event into its window; so this is seen at once. Times must leave room for sums: within the years 0 to 20,000.
// Cost: O(runs * (rows log models + gaps)).
Simulation simulate(const SimulationInput& input);

// The windows of the runs that make the models up to date where an event lies at every moment: what a backfill is
// expected to take. `rows` is the manifest before the first run; none: a fresh schema. Nothing where it never gets up
// to date, or the start date is yet to come.
std::vector<RunWindow> dense_windows(const RunSettings& settings, std::vector<ManifestRow> rows,
                                     const std::vector<std::string>& models, Instant now);

// The least number of runs that reach from `start` to `now` in steps of `limit`, where events are dense:
// ceil((now - start) / limit), and 1 where `start` is not before `now`. Nothing where the limit is not positive.
std::optional<std::size_t> runs_needed(Instant start, Instant now, std::chrono::microseconds limit);

}  // namespace plowline
