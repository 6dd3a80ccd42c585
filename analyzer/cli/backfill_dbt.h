// The user's dbt as `plowline backfill run` drives it: the process, its log files, the clock, Ctrl-C.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "backfill/drive.h"
#include "backfill/run_folder.h"
#include "backfill/run_lock.h"
#include "cli/backfill_run_watch.h"
#include "command/interrupts.h"
#include "diagnostic/error.h"

namespace plowline {

class BackfillDbt : public DriveWorld {
 public:
  struct Options {
    std::vector<std::string> argv;  // with --log-format json
    // Added to every reading of the clock (--now).
    std::chrono::microseconds clock_offset{};
    bool shows_log = false;  // --verbose: what dbt says goes to standard error as well
  };

  // Keeps references to all of them.
  BackfillDbt(Options options, RunFolder& folder, RunLock& lock, BackfillRunWatch& watch)
      : options_(std::move(options)), folder_(folder), lock_(lock), watch_(watch) {}

  Result<DbtEnd> run_dbt(std::size_t number, const DbtListener& listener) override;
  void stop_dbt() override;
  Instant now() override;
  bool wait(std::chrono::seconds time) override;
  int interrupted() override;
  Result<void> keep(const DrivenRun& run) override { return folder_.keep(run); }

 private:
  Options options_;
  RunFolder& folder_;
  RunLock& lock_;
  BackfillRunWatch& watch_;
  Interrupts interrupts_;
  int interrupted_ = 0;
  pid_t dbt_ = 0;  // while it runs
};

}  // namespace plowline
