#include "backfill/status_prediction.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "backfill/run_log_words.h"
#include "backfill/simulate.h"

namespace plowline {
namespace {

using Duration = std::chrono::microseconds;

// ceil(span / limit), at least 1.
std::optional<std::size_t> steps(Duration span, Duration limit) {
  if (limit <= Duration::zero()) return std::nullopt;
  if (span <= limit) return 1;
  return static_cast<std::size_t>((span + limit - Duration(1)) / limit);
}

// From `from`, the latest last_success there can be after a window that ended there.
NextRun standard_from(Instant from, const RunSettings& settings, Instant now) {
  NextRun next;
  next.state = RunState::kStandard;
  next.lower_limit = from - settings.lookback;
  next.reaches_now = now <= from + settings.backfill_limit;
  next.upper_limit = std::max(from, std::min(from + settings.backfill_limit, now));
  return next;
}

NextRun same_again(const SeenRun& seen, bool reached_now, Instant now) {
  NextRun next;
  next.state = seen.part.state;
  next.lower_limit = seen.part.lower_limit;
  next.upper_limit = reached_now ? std::max(*seen.part.upper_limit, now) : *seen.part.upper_limit;
  next.reaches_now = reached_now;
  return next;
}

NextRun out_of_sync_from(Instant from, const RunSettings& settings, Instant now) {
  NextRun next = standard_from(from, settings, now);
  next.state = RunState::kOutOfSync;
  next.reaches_now = false;
  return next;
}

// States 1 to 4 after a run that wrote its manifest and moved.
NextRun after_progress(const SeenRun& seen, WindowEnd end, const Evidence& evidence, Instant now) {
  const Instant upper = *seen.part.upper_limit;
  switch (*seen.part.state) {
    case RunState::kNewModel:
      // Cut by the largest row, it repeats for as long as a model in run has no row; cut by the limit, a new model
      // has caught up with a part of the way.
      if (end == WindowEnd::kLatest) return same_again(seen, false, now);
      return out_of_sync_from(upper, evidence.settings, now);
    case RunState::kOutOfSync:
      if (end == WindowEnd::kLimit) return out_of_sync_from(upper, evidence.settings, now);
      break;
    case RunState::kNoRows:
    case RunState::kStandard:
      break;
  }
  return standard_from(upper, evidence.settings, now);
}

// After a run in which models failed whose rows stay where they are.
NextRun after_failures(const SeenRun& seen, bool reached_now, Instant now) {
  NextRun next = same_again(seen, reached_now, now);
  if (seen.part.state == RunState::kNoRows) {
    next.state = RunState::kNewModel;
    next.reaches_now = false;
    next.upper_limit = seen.part.upper_limit;
  } else if (seen.part.state == RunState::kStandard) {
    // The smallest row stays: the same lower limit, up to the largest, at most where this window ended.
    next.state = RunState::kOutOfSync;
    next.reaches_now = false;
    next.upper_limit = seen.part.upper_limit;
  }
  return next;
}

}  // namespace

bool repeats(const SeenRun& earlier, const SeenRun& later) {
  return earlier.part.lower_limit == later.part.lower_limit && earlier.part.upper_limit == later.part.upper_limit;
}

bool advanced(const SeenRun& seen) {
  return seen.processed && seen.part.end_hooks_ok && !seen.part.no_data;
}

bool models_failed(const SeenRun& seen, const Evidence& evidence) {
  return std::ranges::any_of(seen.run->failures, [&](const LoggedNode& node) {
    if (hook_name(node.name)) return false;
    if (evidence.known == nullptr) return true;
    const std::string_view name = last_part(node.name);
    return std::ranges::any_of(evidence.known->tagged, [&](const KnownPackage::Model& model) {
      return model.unique_id == node.name || model.name == name || model.alias == name;
    });
  });
}

NextRun next_from_rows(const Evidence& evidence, Instant now) {
  // Whatever the models are: without rows it is the first state.
  const std::vector<std::string> any{"any"};
  const std::vector<std::string>& models = evidence.models.empty() ? any : evidence.models;
  const RunWindow window = run_limits(evidence.rows, models, evidence.settings, now);
  const bool from_start = window.state == RunState::kNoRows || window.state == RunState::kNewModel;
  NextRun next;
  next.state = window.state;
  next.lower_limit = window.lower_limit;
  next.upper_limit = window.upper_limit;
  next.reaches_now = window.reaches_now;
  next.exact = evidence.limit_known && (!from_start || evidence.start_known);
  return next;
}

NextRun next_from_log(const Evidence& evidence, Instant now) {
  const SeenRun* seen = evidence.last_seen();
  if (seen == nullptr || !seen->part.lower_limit || !seen->part.state) return {};
  const WindowEnd end = window_end(window_of(*seen), evidence.settings, evidence.limit_known, seen->run);
  const bool reached_now = end == WindowEnd::kNow;
  if (!advanced(*seen)) return same_again(*seen, reached_now, now);
  if (evidence.seen.size() > 1 && !reached_now) {
    const SeenRun& before = evidence.seen[evidence.seen.size() - 2];
    if (advanced(before) && repeats(before, *seen)) return same_again(*seen, false, now);
  }
  if (models_failed(*seen, evidence)) return after_failures(*seen, reached_now, now);
  return after_progress(*seen, end, evidence, now);
}

std::optional<std::size_t> runs_left_from_rows(const Evidence& evidence, Instant now) {
  const std::vector<std::string> any{"any"};
  const std::vector<std::string>& models = evidence.models.empty() ? any : evidence.models;
  if (evidence.settings.backfill_limit <= Duration::zero()) return std::nullopt;
  std::vector<ManifestRow> rows;
  for (const std::string& model : models) {
    const auto row = std::ranges::find(evidence.rows, model, &ManifestRow::model);
    if (row != evidence.rows.end()) rows.push_back(*row);
  }
  const std::vector<RunWindow> windows = dense_windows(evidence.settings, std::move(rows), models, now);
  return windows.empty() ? std::nullopt : std::optional(windows.size());
}

std::optional<std::size_t> runs_left_from_log(const Evidence& evidence, Instant now) {
  const SeenRun* seen = evidence.last_seen();
  if (seen == nullptr || !seen->part.lower_limit || !seen->part.state) return std::nullopt;
  const RunSettings& settings = evidence.settings;
  const RunState state = *seen->part.state;
  const Instant upper = *seen->part.upper_limit;
  const WindowEnd end = window_end(window_of(*seen), settings, evidence.limit_known, seen->run);
  if (!advanced(*seen)) {
    const Instant from = *seen->part.lower_limit + (has_lookback(state) ? settings.lookback : Duration::zero());
    if (state == RunState::kOutOfSync || state == RunState::kNewModel) return std::nullopt;
    return steps(now - from, settings.backfill_limit);
  }
  if (models_failed(*seen, evidence)) return std::nullopt;
  const auto rest = steps(now - upper, settings.backfill_limit);
  if (!rest) return rest;
  // The run that ends out of sync is followed by a standard one.
  if (state == RunState::kOutOfSync || state == RunState::kNewModel) {
    if (state == RunState::kNewModel && end == WindowEnd::kLatest) return std::nullopt;
    return end == WindowEnd::kLatest ? *rest : *rest + 1;
  }
  return rest;
}

}  // namespace plowline
