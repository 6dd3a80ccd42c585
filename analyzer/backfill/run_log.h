// What a dbt run with Snowplow packages did, from its log.
//
// Three logs tell it: the text on the console, the events of `--log-format json`, and `logs/dbt.log` (debug text,
// several invocations in one file). A RunLogReader takes any of them line by line, so that a run can be followed while
// it goes on, and keeps little: a log may be gigabytes.
//
// What the packages print (snowplow_utils, log_message): one line with the state while base_new_event_limits is
// compiled, which does not name the package; and one with the window, seconds cut, from its post-hook, which names the
// package in unified, web, mobile and media_player. With several packages the lines interleave; JSON events carry the
// node, the debug log its thread, the console neither: there a state whose package cannot be told is none rather than
// a guess.
//
// A hook that fails to compile is easy to miss: dbt 1.11 prints `Done. PASS=17 … ERROR=0` before the error, and
// run_results.json holds nothing but successes. A run that did not write its manifest is told by its on-run-end hooks:
// they are started and end, or they are not there.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/file.h"
#include "artifact/instant.h"
#include "backfill/run_limits.h"
#include "diagnostic/error.h"

namespace plowline {

// A package's part of one run.
struct LoggedPackage {
  std::string package;  // empty: the log does not tell which
  std::optional<RunState> state;
  std::optional<Instant> lower_limit;  // seconds cut, as the packages print them
  std::optional<Instant> upper_limit;
  bool no_data = false;       // `Snowplow Warning: No data in … for date range from variables`
  bool end_hooks_ok = false;  // an on-run-end hook of the package ended well (its first one writes the rows)
};

struct LoggedNode {
  std::string name;     // unique_id where the log tells it, else the relation or the hook as printed
  std::string status;   // success, error, skipped
  std::string message;  // of an error
};

enum class LogKind : std::uint8_t { kConsole, kJson, kDebug };

struct LoggedRun {
  LogKind kind = LogKind::kConsole;
  std::string dbt_version;
  std::string invocation_id;       // JSON and debug
  std::string command;             // as the log has it (`dbt run --select …`); empty on the console
  std::string target;              // from `Concurrency: 4 threads (target='prod')`
  std::optional<Instant> started;  // JSON and debug; the console has no dates
  std::optional<Instant> finished;
  std::vector<LoggedPackage> packages;        // in the order in which they are first heard of
  std::vector<LoggedNode> failures;           // nodes and hooks that failed or were skipped
  std::vector<std::string> succeeded_models;  // unique_ids, or names on the console
  std::vector<std::string> errors;            // dbt's own words, without log prefixes, one per error, whole paragraphs
  bool reached_end = false;                   // `Done. PASS=…`, or dbt's end-of-run event
  bool interrupted = false;                   // by a signal, as far as that differs from a failing hook
  // Every node ran well, every hook ran well, nothing failed before or after: the manifests were written.
  bool succeeded = false;
};

// Feed lines in order, then take the runs. A file may hold several.
class RunLogReader {
 public:
  RunLogReader();
  ~RunLogReader();
  RunLogReader(RunLogReader&&) noexcept;
  RunLogReader& operator=(RunLogReader&&) noexcept;
  // `line` without its line end; colours and CI time stamps are taken off here.
  void add_line(std::string_view line);
  // The run as known so far; for a progress bar. Null before the first line of a run.
  const LoggedRun* current() const;
  // All runs, the last one as far as it went. The reader is empty after.
  std::vector<LoggedRun> finish();

 private:
  class State;
  std::unique_ptr<State> state_;
};

// All runs of a file. Errors (exit status 3): no line of it is dbt's (says what was looked for).
Result<std::vector<LoggedRun>> read_run_log(const FileBytes& file);

}  // namespace plowline
