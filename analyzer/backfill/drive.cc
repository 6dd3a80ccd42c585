#include "backfill/drive.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "backfill/no_progress.h"
#include "backfill/run_log.h"
#include "backfill/simulate.h"

namespace plowline {
namespace {

using Seconds = std::chrono::seconds;

// Null for a window that an earlier start kept of a package that this one does not wait for.
const DrivenPackage* package_of(const DrivenWindow& window, const std::vector<DrivenPackage>& packages) {
  const auto found = std::ranges::find(packages, window.package, &DrivenPackage::package);
  return found == packages.end() ? nullptr : &*found;
}

// dbt_project.yml may set other values for this target than plowline could read: what the windows themselves show of
// the limit wins.
std::chrono::microseconds limit_of(const DrivenWindow& window, const RunSettings& settings) {
  if (window.reaches_now) return settings.backfill_limit;
  const auto width = window.upper_limit - window.lower_limit;
  if (window.state == RunState::kNoRows) return width;
  if (window.state == RunState::kStandard) return width - settings.lookback;
  return settings.backfill_limit;
}

class Driver {
 public:
  Driver(const DriveRequest& request, DriveWorld& world, DriveObserver& observer)
      : request_(request), world_(world), observer_(observer) {
    for (const DrivenRun& run : request.earlier) {
      number_ = std::max(number_, run.number);
      if (run.result == RunResult::kSucceeded) count_success(run);
    }
  }

  Result<DriveResult> to_its_end() {
    std::size_t retry = 0;
    for (;;) {
      if (const int signal = world_.interrupted(); signal != 0) return interrupted(signal);
      if (request_.max_runs > 0 && result_.runs.size() == request_.max_runs) return out_of_runs();
      const auto verdict = one_run();
      if (!verdict) return std::unexpected(verdict.error());
      if (verdict->result == RunResult::kInterrupted) return interrupted(signal_);
      if (verdict->result == RunResult::kFailed) {
        if (!verdict->retry_may_help || retry == request_.retries) return failed(*verdict, retry);
        observer_.waits(request_.retry_wait, ++retry, request_.retries);
        world_.wait(request_.retry_wait);
        continue;
      }
      retry = 0;
      if (result_.runs.back().up_to_date()) return stop(DriveEnd::kUpToDate, {}, {}, {});
      if (const DrivenWindow* window = repeated(verdict->windows)) return stands_still(*window);
      previous_ = verdict->windows;
    }
  }

 private:
  // Runs dbt once, judges the run, and writes down what became of it.
  Result<RunVerdict> one_run() {
    DrivenRun run;
    run.number = ++number_;
    run.started = world_.now();
    RunLogReader reader;
    Result<void> kept;
    std::optional<std::string> forbidden;
    const DbtListener listener{.on_start =
                                   [&] {
                                     kept = world_.keep(run);
                                     observer_.run_begins(progress(run));
                                   },
                               .on_line =
                                   [&](std::string_view line) {
                                     reader.add_line(line);
                                     if (look_for_windows(reader.current(), run)) kept = world_.keep(run);
                                     if (request_.production == nullptr || forbidden) return;
                                     forbidden = starts_production(line, *request_.production);
                                     if (forbidden) world_.stop_dbt();
                                   }};
    const auto end = world_.run_dbt(run.number, listener);
    if (!end) return std::unexpected(end.error());
    if (!kept) return std::unexpected(std::move(kept.error()));
    signal_ = end->process.interrupted_by;
    std::vector<LoggedRun> logs = reader.finish();
    RunVerdict verdict = judge_run(chosen(logs), *end, request_.packages);
    if (forbidden) verdict = forbidden_run(*forbidden, std::move(verdict));
    if (LoggedRun* log = chosen(logs)) last_log_ = std::move(*log);
    run.exit_status = end->process.status();
    if (auto ended = write_down(std::move(run), verdict); !ended) return std::unexpected(std::move(ended.error()));
    return verdict;
  }

  Result<void> write_down(DrivenRun run, const RunVerdict& verdict) {
    run.finished = world_.now();
    run.result = verdict.result;
    run.windows = verdict.windows;
    run.errors = verdict.errors;
    if (auto kept = world_.keep(run); !kept) return kept;
    observer_.run_ended(progress(run), verdict);
    if (run.result == RunResult::kSucceeded) {
      remark_on(run);
      count_success(run);
    }
    result_.runs.push_back(std::move(run));
    return {};
  }

  static RunVerdict forbidden_run(const std::string& relation, RunVerdict verdict) {
    verdict.result = RunResult::kFailed;
    verdict.problem = "writes-production";
    verdict.reason = fmt::format("the run began to write {}, which is production's: it was stopped", relation);
    verdict.next_step =
        "the target of the run is not the one that manifest.json was written for: name the staging target with "
        "--target; --allow-production lets it run";
    verdict.retry_may_help = false;
    return verdict;
  }

  // A wrapper may call dbt more than once (`dbt deps`, then `dbt run`): the last call that tells a window counts.
  static LoggedRun* chosen(std::vector<LoggedRun>& logs) {
    if (logs.empty()) return nullptr;
    const auto with_window =
        std::find_if(logs.rbegin(), logs.rend(), [](const LoggedRun& log) { return !log.packages.empty(); });
    return with_window == logs.rend() ? &logs.back() : &*with_window;
  }

  // Whether one more is known.
  bool look_for_windows(const LoggedRun* log, DrivenRun& run) {
    if (log == nullptr || run.windows.size() == request_.packages.size()) return false;
    std::vector<DrivenWindow> windows = windows_of(*log, request_.packages);
    if (windows.size() == run.windows.size()) return false;
    run.windows = std::move(windows);
    observer_.windows_known(progress(run));
    return true;
  }

  // States 2 and 3 are no part of a backfill in a fresh schema; they may pass, so the next window tells.
  void remark_on(const DrivenRun& run) {
    if (done_ == 0) return;
    for (const DrivenWindow& window : run.windows) {
      if (window.state == RunState::kNewModel) {
        observer_.remark(
            fmt::format("{}: state 2 after a run that succeeded: a model in run has no row, or one that stands twice",
                        printable(window.package)));
      } else if (window.state == RunState::kOutOfSync) {
        observer_.remark(fmt::format("{}: state 3: the models' rows differ; the package brings them to one time first",
                                     printable(window.package)));
      }
    }
  }

  void count_success(const DrivenRun& run) {
    ++done_;
    latest_ = run.windows;
    if (!run.finished) return;
    taken_ += std::chrono::duration_cast<Seconds>(*run.finished - run.started);
    ++timed_;
  }

  DriveProgress progress(const DrivenRun& run) {
    DriveProgress progress{.run = run, .done = done_, .expected = {}, .left = {}};
    const std::optional<std::size_t> after = left_after(run);
    if (!after) return progress;
    progress.expected = done_ + 1 + *after;
    if (timed_ > 0) progress.left = taken_ / timed_ * static_cast<std::int64_t>(1 + *after);
    return progress;
  }

  // How many runs will follow the current one.
  std::optional<std::size_t> left_after(const DrivenRun& run) {
    if (!run.windows.empty()) return runs_left(run.windows, request_.packages, run.started);
    std::size_t left = 0;
    if (!latest_.empty()) {
      left = runs_left(latest_, request_.packages, run.started);
    } else {
      for (const DrivenPackage& package : request_.packages) {
        const auto needed = runs_needed(package.settings.start_date, run.started, package.settings.backfill_limit);
        if (!needed) return std::nullopt;
        left = std::max(left, *needed);
      }
    }
    return left == 0 ? 0 : left - 1;
  }

  // The first window that is not yet at the present and that the run before had as well.
  const DrivenWindow* repeated(const std::vector<DrivenWindow>& windows) {
    for (const DrivenWindow& window : windows) {
      if (window.reaches_now) continue;
      for (const DrivenWindow& before : previous_) {
        if (window.same_as(before)) return &window;
      }
    }
    return nullptr;
  }

  DriveResult stands_still(const DrivenWindow& window) {
    NoProgress why = explain_no_progress(*package_of(window, request_.packages), window, last_log_);
    result_.problem = std::move(why.problem);
    return stop(DriveEnd::kNoProgress, std::move(why.reason), std::move(why.next_step), {});
  }

  DriveResult failed(const RunVerdict& verdict, std::size_t retries) {
    result_.problem = verdict.problem;
    std::string reason = verdict.reason;
    if (retries > 0) reason += fmt::format(" ({} {} did not help)", retries, retries == 1 ? "retry" : "retries");
    return stop(DriveEnd::kFailed, std::move(reason), verdict.next_step, verdict.errors);
  }

  DriveResult out_of_runs() {
    return stop(DriveEnd::kMaxRuns,
                fmt::format("not up to date after {} {}, which are all that --max-runs allows", result_.runs.size(),
                            result_.runs.size() == 1 ? "run" : "runs"),
                "start it again: it goes on from here", {});
  }

  DriveResult interrupted(int signal) {
    result_.problem = "interrupted";
    result_.signal = signal;
    return stop(DriveEnd::kInterrupted, "interrupted; what the runs before have done stays done",
                "start it again: it goes on from here", {});
  }

  DriveResult stop(DriveEnd end, std::string reason, std::string next_step, std::vector<std::string> errors) {
    result_.end = end;
    result_.reason = std::move(reason);
    result_.next_step = std::move(next_step);
    result_.errors = std::move(errors);
    return std::move(result_);
  }

  const DriveRequest& request_;
  DriveWorld& world_;
  DriveObserver& observer_;
  DriveResult result_;
  std::size_t number_ = 0;              // of the latest run
  std::size_t done_ = 0;                // runs that succeeded
  std::vector<DrivenWindow> latest_;    // of the latest run that succeeded
  std::vector<DrivenWindow> previous_;  // likewise, of this start: what changed
                                        // between two starts is not known
  Seconds taken_{};                     // by the runs that succeeded
  std::int64_t timed_ = 0;              // how many of them have a time
  LoggedRun last_log_;
  int signal_ = 0;
};

}  // namespace

std::string_view to_string(DriveEnd end) {
  switch (end) {
    case DriveEnd::kUpToDate:
      return "up-to-date";
    case DriveEnd::kFailed:
      return "failed";
    case DriveEnd::kNoProgress:
      return "no-progress";
    case DriveEnd::kMaxRuns:
      return "max-runs";
    case DriveEnd::kInterrupted:
      break;
  }
  return "interrupted";
}

std::size_t runs_left(const std::vector<DrivenWindow>& windows, const std::vector<DrivenPackage>& packages,
                      Instant now) {
  std::size_t most = 0;
  for (const DrivenWindow& window : windows) {
    const DrivenPackage* package = package_of(window, packages);
    if (window.reaches_now || package == nullptr) continue;
    most = std::max(most, runs_needed(window.upper_limit, now, limit_of(window, package->settings)).value_or(1));
  }
  return most;
}

Result<DriveResult> drive(const DriveRequest& request, DriveWorld& world, DriveObserver& observer) {
  return Driver(request, world, observer).to_its_end();
}

}  // namespace plowline
