// What a person sees of a backfill while it runs, on standard error: a progress bar on a terminal, and else a line for
// each thing that happens.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "backfill/drive.h"
#include "cli/progress_bar.h"

namespace plowline {

class BackfillRunWatch : public DriveObserver {
 public:
  // Without `with_bar` everything comes as lines; with --quiet neither does.
  explicit BackfillRunWatch(bool with_bar) : with_bar_(with_bar) {}

  void run_begins(const DriveProgress& progress) override;
  void windows_known(const DriveProgress& progress) override;
  void run_ended(const DriveProgress& progress, const RunVerdict& verdict) override;
  void waits(std::chrono::seconds time, std::size_t retry, std::size_t retries) override;
  void remark(const std::string& text) override;

  // A few times a second, while dbt runs.
  void tick();
  void signalled(bool kills);
  // A line of dbt's log (--verbose).
  void dbt_says(std::string_view message);
  void warn(const std::string& code, const std::string& message, const std::string& next_step);

 private:
  using Clock = std::chrono::steady_clock;

  void say(const std::string& text);
  void take_over(const DriveProgress& progress);
  void draw();

  bool with_bar_;
  bool running_ = false;
  ProgressBar bar_;
  ProgressLine line_;
  Clock::time_point begun_;
  std::optional<std::chrono::seconds> left_;  // from the run's start
};

}  // namespace plowline
