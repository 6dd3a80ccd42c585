// The window of a Snowplow package's next run, from the rows of its incremental manifest.
//
// At the start of every dbt run, `<package>_base_new_event_limits` asks the manifest table for the smallest and the
// largest last_success of the models in run, and for how many of them there is a row. From these three and from three
// variables it computes the window, in one of four states (snowplow_utils: get_incremental_manifest_status,
// get_run_limits):
//
//   1  no rows                        [start, min(start + limit, now)]
//   2  fewer (or more) than models    [start, min(largest, start + limit)]
//   3  the rows differ                [smallest - lookback, min(largest, smallest + limit)]
//   4  all the same                   [smallest - lookback, min(smallest + limit, now)]
//
// Models in run are the enabled models with the package's tag that models_to_run leaves (all of them where it is
// empty). A row that stands twice counts twice.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/instant.h"

namespace plowline {

// The numbers are those of Snowplow's documentation.
enum class RunState : std::uint8_t {
  kNoRows = 1,     // `No data in manifest. Processing data from start_date`
  kNewModel = 2,   // `New Snowplow incremental model. Backfilling`
  kOutOfSync = 3,  // `Snowplow incremental models out of sync. Syncing`
  kStandard = 4,   // `Standard incremental run`
};

// For people: `no rows yet`, `a new model`, `out of sync`, `standard`.
std::string_view to_string(RunState state);

// The three variables that a window is computed from.
struct RunSettings {
  Instant start_date{};                                              // snowplow__start_date
  std::chrono::microseconds backfill_limit = std::chrono::days(30);  // snowplow__backfill_limit_days
  std::chrono::microseconds lookback = std::chrono::hours(6);        // snowplow__lookback_window_hours
};

// One row of an incremental manifest table.
struct ManifestRow {
  std::string model;
  Instant last_success;

  bool operator==(const ManifestRow&) const = default;
};

struct RunWindow {
  RunState state = RunState::kNoRows;
  Instant lower_limit;
  Instant upper_limit;
  // The upper limit is the time of the run itself: nothing newer waits, and a run that succeeds is up to date.
  bool reaches_now = false;

  // Upper before lower: the run processes nothing. (State 2 where the start date lies after every row.)
  bool empty() const { return upper_limit < lower_limit; }
  bool operator==(const RunWindow&) const = default;
};

// The window of a run at `now`. `models` are the names of the models in run, each once; rows of other models do not
// count. Cost: O(rows log models). `models` must not be empty: the packages fail then.
RunWindow run_limits(std::span<const ManifestRow> rows, std::span<const std::string> models,
                     const RunSettings& settings, Instant now);

}  // namespace plowline
