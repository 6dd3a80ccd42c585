// What the last windows tell of the next one, and of how many are left.
#pragma once

#include <chrono>
#include <optional>

#include "backfill/status_evidence.h"
#include "backfill/window_end.h"

namespace plowline {

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
