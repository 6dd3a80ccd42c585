#include "backfill/window_end.h"

namespace plowline {
namespace {

using Duration = std::chrono::microseconds;

// How far a warehouse's idea of UTC may be off: every time zone of the earth, and a clock that is wrong.
constexpr std::chrono::hours kClockDistance{25};

bool is_whole_days(Duration width) {
  return width >= std::chrono::days(1) && width % std::chrono::days(1) == Duration::zero();
}

// The log cuts the seconds off.
bool is_at_run(Instant upper, const LoggedRun& run) {
  if (!run.started || upper < std::chrono::floor<std::chrono::seconds>(*run.started)) return false;
  return upper <= run.finished.value_or(*run.started) + kClockDistance;
}

bool is_far_from_run(Instant upper, const LoggedRun& run) {
  if (!run.started) return false;
  return upper < *run.started - kClockDistance || upper > run.finished.value_or(*run.started) + kClockDistance;
}

}  // namespace

bool has_lookback(RunState state) {
  return state == RunState::kOutOfSync || state == RunState::kStandard;
}

std::optional<Duration> limit_shown(const ShownWindow& window, Duration lookback) {
  const Duration width = window.upper_limit - window.lower_limit;
  const bool plain = is_whole_days(width);
  const bool with_lookback = is_whole_days(width - lookback);
  if (!window.state) {
    return plain ? std::optional(width) : with_lookback ? std::optional(width - lookback) : std::nullopt;
  }
  if (has_lookback(*window.state)) return with_lookback ? std::optional(width - lookback) : std::nullopt;
  return plain ? std::optional(width) : std::nullopt;
}

std::optional<Duration> lookback_shown(const ShownWindow& window) {
  const Duration width = window.upper_limit - window.lower_limit;
  const bool full = window.state && has_lookback(*window.state) && width > std::chrono::days(1) &&
                    width % std::chrono::hours(1) == Duration::zero();
  return full ? std::optional(width % std::chrono::days(1)) : std::nullopt;
}

WindowEnd window_end(const ShownWindow& window, const RunSettings& settings, bool limit_known, const LoggedRun* run) {
  const bool to_latest = window.state == RunState::kNewModel || window.state == RunState::kOutOfSync;
  if (window.state && !to_latest && run != nullptr && is_at_run(window.upper_limit, *run)) return WindowEnd::kNow;
  if (limit_shown(window, settings.lookback)) return WindowEnd::kLimit;
  if (!window.state) return WindowEnd::kUnknown;
  const Duration reach =
      window.upper_limit - window.lower_limit - (has_lookback(*window.state) ? settings.lookback : Duration::zero());
  // A limit that is no number of whole days; seconds are cut at both ends alike.
  if (limit_known && reach <= settings.backfill_limit &&
      settings.backfill_limit - reach < std::chrono::milliseconds(1)) {
    return WindowEnd::kLimit;
  }
  if (to_latest) return WindowEnd::kLatest;
  return run != nullptr && is_far_from_run(window.upper_limit, *run) ? WindowEnd::kLimit : WindowEnd::kNow;
}

}  // namespace plowline
