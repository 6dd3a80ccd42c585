// What `plowline backfill run` says at its end: every run of the backfill, and what became of it. Without a result it
// is a plan (`--dry-run`).
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backfill/drive.h"
#include "backfill/driven_run.h"
#include "backfill/run_limits.h"
#include "diagnostic/error.h"

namespace plowline {

struct RunReport {
  std::vector<std::string> models;
  std::string target;   // empty: not named
  std::string command;  // as one line for a POSIX shell
  std::string log_dir;
  // Nothing where no run was asked for.
  std::optional<DriveResult> result;
  std::vector<DrivenRun> runs;  // of all starts
  // How many successful runs it takes from the start, where events are dense; nothing where that cannot be known.
  std::optional<std::size_t> expected;
  // The windows of a backfill from the start, per package, where events are dense.
  std::vector<std::pair<std::string, std::vector<RunWindow>>> planned;
};

// For a terminal. Ends with a line feed.
std::string run_report_text(const RunReport& report);
// The document of schemas/backfill-run.schema.json. Ends with a line feed.
std::string run_report_json(const RunReport& report, const Warnings& warnings);

// `14 s`, `2 min 5 s`, `3 h 12 min`.
std::string duration_text(std::chrono::seconds duration);
// `1 (no rows yet)`; `unknown` where it is not known.
std::string state_text(const std::optional<RunState>& state);

}  // namespace plowline
