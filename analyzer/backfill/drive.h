// The loop of a backfill: one dbt run after the other until nothing is left to process.
//
// It knows neither a terminal nor a clock nor a process: all of these are a DriveWorld, so that 284 runs take
// milliseconds in a test. What it decides after each run follows from the run's own log (run_verdict.h):
//
//   interrupted                           stop; the next start goes on from here
//   begins to write into production       it is stopped; stop
//   failed                                the same again, up to `retries` times in a row, after a wait; then stop
//   every window reached the present      done
//   a window that the run before had      stop: it will be so for ever (no_progress.h says why)
//   `max_runs` runs                       stop
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backfill/driven_run.h"
#include "backfill/production_overlap.h"
#include "backfill/run_verdict.h"
#include "diagnostic/error.h"

namespace plowline {

struct DriveRequest {
  std::vector<DrivenPackage> packages;  // not empty
  std::vector<DrivenRun> earlier;       // runs of earlier starts, in order
  std::size_t max_runs = 0;             // of this start; 0: as many as it takes
  std::size_t retries = 0;              // of one run
  std::chrono::seconds retry_wait{60};
  // Where no run may write: one that begins to is stopped at once. Null: anywhere.
  const ProductionPlaces* production = nullptr;
};

// What an observer may show. Views and pointers are valid during the call.
struct DriveProgress {
  const DrivenRun& run;  // the current one; its windows as far as the log tells them
  std::size_t done = 0;  // runs that succeeded, those of earlier starts included; without the current one
  // How many successful runs it will take in all, the current one included; as far as it can be known: where events
  // have gaps, windows overlap and it grows.
  std::optional<std::size_t> expected;
  // Until the last of them ends, reckoned from the runs that succeeded; counts from the current run's start.
  std::optional<std::chrono::seconds> left;
};

class DriveObserver {
 public:
  virtual ~DriveObserver() = default;
  virtual void run_begins(const DriveProgress&) {}
  virtual void windows_known(const DriveProgress&) {}
  // `verdict` is that of progress.run.
  virtual void run_ended(const DriveProgress&, const RunVerdict& /*verdict*/) {}
  virtual void waits(std::chrono::seconds, std::size_t /*retry*/, std::size_t /*retries*/) {}
  // Something that is not as it should be, and no reason to stop: a warning's message.
  virtual void remark(const std::string&) {}
};

// Who hears of a dbt run while it goes on.
struct DbtListener {
  std::function<void()> on_start;                 // it was started
  std::function<void(std::string_view)> on_line;  // of its log
};

class DriveWorld {
 public:
  virtual ~DriveWorld() = default;
  // Runs dbt once. Errors: it could not be started.
  virtual Result<DbtEnd> run_dbt(std::size_t number, const DbtListener& listener) = 0;
  // Asks the dbt that runs now to end, as Ctrl-C does.
  virtual void stop_dbt() = 0;
  virtual Instant now() = 0;
  // False where a signal came meanwhile.
  virtual bool wait(std::chrono::seconds) = 0;
  // A signal came since: which one; 0: none.
  virtual int interrupted() = 0;
  // Writes the run down: once it has begun, when its windows are known, and when it ended. Errors: those of the file.
  virtual Result<void> keep(const DrivenRun&) = 0;
};

enum class DriveEnd : std::uint8_t { kUpToDate, kFailed, kNoProgress, kMaxRuns, kInterrupted };
// `up-to-date`, `failed`, `no-progress`, `max-runs`, `interrupted`.
std::string_view to_string(DriveEnd end);

struct DriveResult {
  std::vector<DrivenRun> runs;  // of this start
  DriveEnd end = DriveEnd::kUpToDate;
  int signal = 0;                   // kInterrupted: which
  std::string problem;              // as in run_verdict.h and no_progress.h, or `writes-production`; empty: none
  std::string reason;               // one sentence; empty where it is up to date
  std::string next_step;            // may be empty
  std::vector<std::string> errors;  // dbt's own words; kFailed
};

// How many runs are left after one with these windows, where events are dense: the most of any package.
std::size_t runs_left(const std::vector<DrivenWindow>& windows, const std::vector<DrivenPackage>& packages,
                      Instant now);

// Errors: those of the world.
Result<DriveResult> drive(const DriveRequest& request, DriveWorld& world, DriveObserver& observer);

}  // namespace plowline
