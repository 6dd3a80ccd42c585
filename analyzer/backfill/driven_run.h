// One dbt run of a backfill: what it was, which window it had, and how it ended. Plain data, kept from start to start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/instant.h"
#include "backfill/run_limits.h"

namespace plowline {

// A package's window, as dbt's log told it: seconds cut.
struct DrivenWindow {
  std::string package;
  std::optional<RunState> state;
  Instant lower_limit;
  Instant upper_limit;
  bool reaches_now = false;  // the upper limit is the time of the run
  bool no_data = false;      // the package warned that the window holds no events

  // The same window: the package did not move. (That a window holds no data does not make it another one.)
  bool same_as(const DrivenWindow& other) const {
    return package == other.package && state == other.state && lower_limit == other.lower_limit &&
           upper_limit == other.upper_limit;
  }
  bool operator==(const DrivenWindow&) const = default;
};

enum class RunResult : std::uint8_t {
  kRunning,      // it was started; whoever started it has not said how it ended
  kSucceeded,    // the manifest rows are written
  kFailed,       // dbt or a hook failed
  kInterrupted,  // by a signal
};
// `running`, `succeeded`, `failed`, `interrupted`.
std::string_view to_string(RunResult result);
std::optional<RunResult> run_result_from(std::string_view name);

struct DrivenRun {
  std::size_t number = 0;  // from 1, over all starts
  RunResult result = RunResult::kRunning;
  Instant started;
  std::optional<Instant> finished;
  std::optional<int> exit_status;     // dbt's; 128 + signal where it died of one
  std::vector<DrivenWindow> windows;  // one per package that the backfill waits for, as far as they are known
  std::vector<std::string> errors;    // dbt's own words

  // It succeeded, and nothing newer waits in any package.
  bool up_to_date() const;
  bool operator==(const DrivenRun&) const = default;
};

}  // namespace plowline
