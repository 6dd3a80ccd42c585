// What windows tell: whether one was cut off by the limit, by the largest row or by the time of the run, and what the
// next one will be.
#pragma once

#include <chrono>
#include <optional>

#include "backfill/status_evidence.h"

namespace plowline {

// How a window ended.
enum class WindowEnd : std::uint8_t {
  kLimit,   // after backfill_limit_days: more waits
  kNow,     // at the time of the run
  kLatest,  // at the largest row (states 2 and 3)
  kUnknown,
};

// From its width: a window that the limit cut is as long as the limit, in states 3 and 4 with the lookback. Where the
// limit is not known, a width of whole days (without the lookback) to the second means one that the limit cut. So does
// an upper limit that lies far from the time of the run, where the log has it (`run` may be null).
WindowEnd window_end(std::optional<RunState> state, Instant lower, Instant upper, const Evidence& evidence,
                     const LoggedRun* run);

// The limit that such a window shows; nothing where the limit did not cut it.
std::optional<std::chrono::microseconds> limit_shown(std::optional<RunState> state, Instant lower, Instant upper,
                                                     std::chrono::microseconds lookback);

// The lookback that it shows, where none is known: whole hours beyond whole days.
std::optional<std::chrono::microseconds> lookback_shown(std::optional<RunState> state, Instant lower, Instant upper);

// Two windows of one package that are the same: neither run moved a row.
bool repeats(const SeenRun& earlier, const SeenRun& later);

// Rows were written by the run, or could have been: it processed models, and the package's hook ended well.
bool advanced(const SeenRun& seen);

// Models of the package failed in it, or were skipped: their rows stay where they are. Without a project every model
// that failed counts.
bool models_failed(const SeenRun& seen, const Evidence& evidence);

NextRun next_from_rows(const Evidence& evidence, Instant now);
NextRun next_from_log(const Evidence& evidence, Instant now);

// Runs until up to date, where events are dense. Nothing where that is not known.
std::optional<std::size_t> runs_left_from_rows(const Evidence& evidence, Instant now);
std::optional<std::size_t> runs_left_from_log(const Evidence& evidence, Instant now);

}  // namespace plowline
