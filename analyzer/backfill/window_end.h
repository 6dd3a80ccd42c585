// How a window that a log shows ended: cut off by the limit, by the largest row, or by the time of the run itself.
//
// No log says it. It follows from the window's width, for the limit is a number of days, and from the time of the run,
// where the log has one (JSON logs do).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "backfill/run_limits.h"
#include "backfill/run_log.h"

namespace plowline {

enum class WindowEnd : std::uint8_t {
  kLimit,   // after backfill_limit_days: more waits
  kNow,     // at the time of the run
  kLatest,  // at the largest row (states 2 and 3)
  kUnknown,
};

struct ShownWindow {
  std::optional<RunState> state;
  Instant lower_limit;
  Instant upper_limit;
};

// An upper limit not before the run's start is the run's own time. Else a window that the limit cut is as long as the
// limit, in states 3 and 4 with the lookback; where the limit is not known (`limit_known`), a width of whole days to
// the second means one. So does an upper limit that lies far from the time of the run. `run` may be null.
WindowEnd window_end(const ShownWindow& window, const RunSettings& settings, bool limit_known, const LoggedRun* run);

// The limit that such a window shows; nothing where the limit did not cut it.
std::optional<std::chrono::microseconds> limit_shown(const ShownWindow& window, std::chrono::microseconds lookback);

// The lookback that it shows, where none is known: whole hours beyond whole days.
std::optional<std::chrono::microseconds> lookback_shown(const ShownWindow& window);

// Whether windows of that state begin before the smallest row, by the lookback.
bool has_lookback(RunState state);

}  // namespace plowline
