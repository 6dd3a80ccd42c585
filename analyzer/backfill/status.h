// How a backfill stands: what the last run did for each package, what the next one will do, and what is wrong.
//
// Two things tell it. A log tells state and window of the run that wrote it (seconds cut), and whether the run
// succeeded; what the next run will do is predicted from it. The rows of a package's manifest table tell the next run
// exactly, since the packages themselves know nothing else. Both together tell more: a model that ran and has no row,
// a row that no run can reach. A project tells which models are counted.
//
// Problems. The names are stable; a message and a next step come with each.
//   hook-failed             an on-run-end hook failed or did not run: a manifest was not written (dbt may say ERROR=0)
//   no-enabled-models       models_to_run names no model of the package: `No enabled models identified.`
//   bad-models-to-run       models_to_run is a list or null, no text
//   duplicate-manifest-row  a model has several rows: state 2, and the model itself fails
//   missing-manifest-row    a model with the package's tag ran well and has no row: models_to_run does not name it
//   stuck-state-2           a model in run never gets a row: every run repeats one window
//   stuck-state-3           a row lies at a time that no event has: the others never reach it
//   no-events               the first window holds no event: no row is ever written
//   no-progress             runs repeat one window although it is not up to date: a gap in the events longer than the
//                           limit
//   interrupted             the run was stopped (Ctrl-C)
//   run-unfinished          the log ends before the run does
//   run-failed              anything else that dbt calls an error
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/instant.h"
#include "backfill/manifest_rows.h"
#include "backfill/run_limits.h"
#include "backfill/run_log.h"

namespace plowline {

enum class StatusProblem : std::uint8_t {
  kHookFailed,
  kNoEnabledModels,
  kBadModelsToRun,
  kDuplicateRow,
  kMissingRow,
  kStuckState2,
  kStuckState3,
  kNoEvents,
  kNoProgress,
  kInterrupted,
  kRunUnfinished,
  kRunFailed,
};
std::string_view to_string(StatusProblem problem);

// The variables of a window, as far as they are known.
struct KnownSettings {
  std::optional<Instant> start_date;
  std::optional<std::chrono::microseconds> backfill_limit;
  std::optional<std::chrono::microseconds> lookback;
};

// A package of the project.
struct KnownPackage {
  struct Model {
    std::string name;  // what its row is called
    std::string unique_id;
    std::string alias;       // what the console calls it
    bool ephemeral = false;  // never a result of a run, so never a row
  };
  std::string package;
  std::vector<Model> tagged;  // enabled models with its tag; one of several versions stands for itself
  KnownSettings settings;
};

struct StatusInput {
  // A package's table. `package` is empty where the user did not say it: then the names of the rows' models tell.
  struct Rows {
    std::string package;
    std::vector<ManifestRow> rows;
  };
  struct Limits {
    std::string package;
    LimitsRow limits;
  };

  std::vector<LoggedRun> runs;  // in their order
  std::vector<Rows> rows;       // after the last of the runs
  std::vector<Limits> limits;   // of the last of the runs
  std::optional<std::vector<KnownPackage>> project;
  // The pieces of models_to_run; nothing: not known, and then not set.
  std::optional<std::vector<std::string>> models_to_run;
  KnownSettings settings;  // as the user gives them; they win
  Instant now;
  // Rows that lie no further back are up to date (at least the lookback).
  std::chrono::microseconds max_lag = std::chrono::days(1);
};

struct NextRun {
  std::optional<RunState> state;
  std::optional<Instant> lower_limit;
  std::optional<Instant> upper_limit;
  bool reaches_now = false;  // its upper limit will be the time of the run
  bool exact = false;        // from rows and known settings; else from a log, or with assumed settings
};

struct ModelStanding {
  std::string model;
  std::optional<Instant> last_success;
  std::chrono::microseconds lag{};  // behind the latest of the package
};

struct PackageStatus {
  std::string package;  // empty: neither log nor rows tell
  std::optional<RunState> state;
  std::optional<Instant> lower_limit;
  std::optional<Instant> upper_limit;
  std::optional<bool> up_to_date;
  std::optional<std::size_t> runs_left;  // 0 where it is up to date; nothing: unknown, or never
  std::optional<StatusProblem> problem;
  std::string message;    // of the problem: what it is and what follows
  std::string next_step;  // of the problem
  NextRun next;
  std::optional<bool> manifest_written;  // by the last run
  std::size_t models_in_run = 0;         // 0: not known
  std::vector<std::string> new_models;   // in run, and without a row; sorted
  std::vector<std::string> missing;      // they ran well and have no row
  std::vector<std::string> duplicates;   // have several rows
  std::vector<ModelStanding> out_of_sync;
  std::vector<std::string> notes;  // what was assumed, and what could not be told
};

struct BackfillStatus {
  std::vector<PackageStatus> packages;
  std::optional<bool> succeeded;    // the last run; nothing without a log
  std::vector<std::string> errors;  // of the last run, in dbt's words
  // Where it failed and no package can be told: the same as a package's.
  std::optional<StatusProblem> problem;
  std::string message;
  std::string next_step;

  // A problem, or a run that failed.
  bool any_problem() const;
};

// Cost: O(runs * packages + rows log models).
BackfillStatus backfill_status(const StatusInput& input);

}  // namespace plowline
