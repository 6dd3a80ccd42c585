#include "backfill/status.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "backfill/status_evidence.h"
#include "backfill/status_findings.h"
#include "backfill/status_prediction.h"

namespace plowline {
namespace {

// State and window of the last run: from the log, more exactly from the limits table.
void take_last_run(const Evidence& evidence, PackageStatus& status) {
  if (evidence.seen_in_last_run()) {
    const SeenRun& seen = *evidence.last_seen();
    status.state = seen.part.state;
    status.lower_limit = seen.part.lower_limit;
    status.upper_limit = seen.part.upper_limit;
    status.manifest_written = seen.part.end_hooks_ok;
  } else if (evidence.last) {
    status.state = evidence.last->state;
    status.manifest_written = evidence.last->end_hooks_ok;
  }
  if (!evidence.limits) return;
  // The table of another run: this one failed before it, or its log has other limits.
  const auto cut = [](Instant instant) { return Instant(std::chrono::floor<std::chrono::seconds>(instant)); };
  if (evidence.last_run != nullptr && (cut(evidence.limits->lower_limit) != status.lower_limit ||
                                       cut(evidence.limits->upper_limit) != status.upper_limit)) {
    status.notes.emplace_back(
        "the limits that were given are not those of the last run in the log: the log's are taken");
    return;
  }
  status.lower_limit = evidence.limits->lower_limit;
  status.upper_limit = evidence.limits->upper_limit;
  if (status.state || !evidence.has_rows || !evidence.start_known || evidence.last_run != nullptr) return;
  // The rows as the run left them: a window beyond all of them was cut by the limit or the time of the run, and only
  // states 1 and 4 are.
  const bool from_start = *status.lower_limit == evidence.settings.start_date;
  const bool beyond = std::ranges::all_of(
      evidence.rows, [&](const ManifestRow& row) { return row.last_success < *status.upper_limit; });
  if (from_start) {
    status.state = beyond ? RunState::kNoRows : RunState::kNewModel;
  } else {
    status.state = beyond ? RunState::kStandard : RunState::kOutOfSync;
  }
}

// Where the models in run stand.
void take_rows(const Evidence& evidence, PackageStatus& status) {
  status.models_in_run = evidence.models.size();
  if (!evidence.has_rows) return;
  status.new_models = models_without_row(evidence);
  std::optional<Instant> latest;
  std::vector<ModelStanding> standings;
  for (const std::string& model : evidence.models) {
    const auto row = std::ranges::find(evidence.rows, model, &ManifestRow::model);
    if (row == evidence.rows.end()) continue;
    standings.push_back({model, row->last_success, {}});
    latest = std::max(latest.value_or(row->last_success), row->last_success);
  }
  for (ModelStanding& standing : standings) {
    if (*standing.last_success == *latest) continue;
    standing.lag = *latest - *standing.last_success;
    status.out_of_sync.push_back(std::move(standing));
  }
}

// By the log: the window ended at the time of the run, which succeeded for the package. By the rows: all have one
// last_success, which lies not far back.
std::optional<bool> up_to_date(const Evidence& evidence, const StatusInput& input, const PackageStatus& status) {
  const SeenRun* seen = evidence.last_seen();
  std::optional<bool> by_log;
  if (status.upper_limit) {
    const LoggedRun* run = seen == nullptr ? nullptr : seen->run;
    const WindowEnd end = window_end({status.state, *status.lower_limit, *status.upper_limit}, evidence.settings,
                                     evidence.limit_known, run);
    if (end != WindowEnd::kUnknown) by_log = end == WindowEnd::kNow;
    if (evidence.last_run != nullptr && (!evidence.seen_in_last_run() || !seen->processed || !seen->part.end_hooks_ok ||
                                         models_failed(*seen, evidence)))
      by_log = false;
  } else if (evidence.last_run != nullptr && !evidence.last_run->succeeded) {
    by_log = false;
  }
  if (!evidence.has_rows) return by_log;
  // In state 4 every model in run has its row, and all are the same.
  const bool equal = status.next.state == RunState::kStandard;
  if (!equal) return false;
  if (by_log) return by_log;
  const auto allowed = std::max(input.max_lag, evidence.settings.lookback);
  const auto row = std::ranges::find(evidence.rows, evidence.models.front(), &ManifestRow::model);
  return row != evidence.rows.end() && input.now - row->last_success <= allowed;
}

// What was assumed, and what could not be told.
void add_notes(const Evidence& evidence, PackageStatus& status) {
  if (!status.state && status.upper_limit && evidence.last_run != nullptr)
    status.notes.emplace_back(
        "the log does not tell which package's state is which: use --log-format json, logs/dbt.log or the rows");
  if (evidence.silent)
    status.notes.emplace_back(
        "the package's lines are not in this log (snowplow__has_log_enabled: false): logs/dbt.log has them");
  if (!status.next.state) return;
  const bool from_start = status.next.state == RunState::kNoRows || status.next.state == RunState::kNewModel;
  if (!evidence.limit_known)
    status.notes.emplace_back(
        "the limit is not known: Snowplow's default of 30 days is assumed (--backfill-limit-days)");
  if (from_start && !evidence.start_known)
    status.notes.emplace_back(
        "the start date is not known: Snowplow's default of 2020-01-01 is assumed (--start-date)");
  if (!evidence.has_rows && status.next.state == RunState::kNewModel && !status.problem)
    status.notes.emplace_back(
        "state 2 goes on for as long as a model in run has no row; the rows of the manifest tell which (--rows, "
        "--query)");
}

PackageStatus status_of(const Evidence& evidence, const StatusInput& input) {
  PackageStatus status;
  status.package = evidence.package;
  status.notes = evidence.notes;
  take_last_run(evidence, status);
  take_rows(evidence, status);
  status.next = evidence.has_rows ? next_from_rows(evidence, input.now) : next_from_log(evidence, input.now);
  status.up_to_date = up_to_date(evidence, input, status);
  if (auto finding = find_problem(evidence, status)) {
    status.problem = finding->problem;
    status.message = std::move(finding->message);
    status.next_step = std::move(finding->next_step);
  }
  const bool stands_still =
      status.problem == StatusProblem::kStuckState2 || status.problem == StatusProblem::kStuckState3 ||
      status.problem == StatusProblem::kNoEvents || status.problem == StatusProblem::kNoProgress ||
      status.problem == StatusProblem::kDuplicateRow;
  if (status.up_to_date == true) {
    status.runs_left = 0;
  } else if (!stands_still) {
    status.runs_left =
        evidence.has_rows ? runs_left_from_rows(evidence, input.now) : runs_left_from_log(evidence, input.now);
  }
  // What a log shows of a standstill wins over what it would otherwise foretell.
  if (stands_still && !evidence.has_rows && evidence.last_seen() != nullptr && status.state) {
    status.next.state = status.state;
    status.next.lower_limit = status.lower_limit;
    status.next.upper_limit = status.upper_limit;
    status.next.reaches_now = false;
  }
  add_notes(evidence, status);
  return status;
}

}  // namespace

bool BackfillStatus::any_problem() const {
  return problem || succeeded == false ||
         std::ranges::any_of(packages, [](const PackageStatus& package) { return package.problem.has_value(); });
}

BackfillStatus backfill_status(const StatusInput& input) {
  BackfillStatus out;
  const LoggedRun* last = nullptr;
  for (const LoggedRun& run : input.runs) {
    if (is_model_run(run)) last = &run;
  }
  for (const Evidence& evidence : gather_evidence(input)) out.packages.push_back(status_of(evidence, input));
  if (last == nullptr) return out;
  out.succeeded = last->succeeded;
  out.errors = last->errors;
  if (!last->succeeded &&
      std::ranges::none_of(out.packages, [](const PackageStatus& package) { return package.problem.has_value(); })) {
    StatusFinding finding = failure_of(*last, {});
    out.problem = finding.problem;
    out.message = std::move(finding.message);
    out.next_step = std::move(finding.next_step);
  }
  return out;
}

}  // namespace plowline
