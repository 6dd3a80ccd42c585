#include "backfill/run_limits.h"

#include <algorithm>
#include <cstddef>
#include <unordered_set>

namespace plowline {
namespace {

// What get_incremental_manifest_status asks of the table.
struct ManifestStatus {
  std::size_t rows = 0;
  Instant smallest;
  Instant largest;
};

ManifestStatus status_of(std::span<const ManifestRow> rows, std::span<const std::string> models) {
  const std::unordered_set<std::string_view> in_run(models.begin(), models.end());
  ManifestStatus status;
  for (const ManifestRow& row : rows) {
    if (!in_run.contains(row.model)) continue;
    status.smallest = status.rows == 0 ? row.last_success : std::min(status.smallest, row.last_success);
    status.largest = status.rows == 0 ? row.last_success : std::max(status.largest, row.last_success);
    ++status.rows;
  }
  return status;
}

}  // namespace

std::string_view to_string(RunState state) {
  switch (state) {
    case RunState::kNoRows:
      return "no rows yet";
    case RunState::kNewModel:
      return "a new model";
    case RunState::kOutOfSync:
      return "out of sync";
    case RunState::kStandard:
      break;
  }
  return "standard";
}

RunWindow run_limits(std::span<const ManifestRow> rows, std::span<const std::string> models,
                     const RunSettings& settings, Instant now) {
  const ManifestStatus status = status_of(rows, models);
  const Instant first_end = settings.start_date + settings.backfill_limit;
  if (status.rows == 0) return {RunState::kNoRows, settings.start_date, std::min(first_end, now), now <= first_end};
  if (status.rows != models.size())
    return {RunState::kNewModel, settings.start_date, std::min(status.largest, first_end), false};
  const Instant from = status.smallest - settings.lookback;
  const Instant end = status.smallest + settings.backfill_limit;
  if (status.smallest != status.largest) return {RunState::kOutOfSync, from, std::min(status.largest, end), false};
  return {RunState::kStandard, from, std::min(end, now), now <= end};
}

}  // namespace plowline
