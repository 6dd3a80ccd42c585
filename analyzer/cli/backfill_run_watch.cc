#include "cli/backfill_run_watch.h"

#include <cstdio>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <vector>

#include "artifact/dbt_log.h"
#include "backfill/run_report.h"
#include "cli/console.h"
#include "diagnostic/error.h"

namespace plowline {
namespace {

using std::chrono::seconds;

std::string label(const DriveProgress& progress) {
  std::string text = progress.expected ? fmt::format("run {} of {}", progress.done + 1, *progress.expected)
                                       : fmt::format("run {}", progress.done + 1);
  // After a failed run, the number of the log is another one.
  if (progress.run.number != progress.done + 1) text += fmt::format(" (log {:04})", progress.run.number);
  return text;
}

std::string window_text(const DrivenWindow& window) {
  return fmt::format("state {}, {} to {}", state_text(window.state), to_text(window.lower_limit),
                     to_text(window.upper_limit));
}

// For the bar, which has little room.
std::string short_text(const DrivenWindow& window) {
  const std::string state = window.state ? fmt::format(", state {}", static_cast<int>(*window.state)) : "";
  const auto day = [](Instant time) { return to_text(time).substr(0, std::string_view("2024-01-01").size()); };
  return fmt::format("{} to {}{}", day(window.lower_limit), day(window.upper_limit), state);
}

std::string windows_text(const DrivenRun& run) {
  std::vector<std::string> all;
  for (const DrivenWindow& window : run.windows)
    all.push_back(fmt::format("{}: {}", printable(window.package), window_text(window)));
  return fmt::format("{}", fmt::join(all, "; "));
}

std::string took(const DrivenRun& run) {
  return duration_text(std::chrono::round<seconds>(run.finished.value_or(run.started) - run.started));
}

}  // namespace

void BackfillRunWatch::run_begins(const DriveProgress& progress) {
  running_ = true;
  begun_ = Clock::now();
  take_over(progress);
  if (!with_bar_) say(label(progress) + ": started");
  draw();
}

void BackfillRunWatch::windows_known(const DriveProgress& progress) {
  take_over(progress);
  if (!with_bar_) say(fmt::format("{}: {}", label(progress), windows_text(progress.run)));
  draw();
}

void BackfillRunWatch::run_ended(const DriveProgress& progress, const RunVerdict& verdict) {
  take_over(progress);
  running_ = false;
  const DrivenRun& run = progress.run;
  std::string text = fmt::format("{}: {} after {}", label(progress), to_string(run.result), took(run));
  if (with_bar_ && !run.windows.empty()) text += fmt::format("; {}", windows_text(run));
  if (!verdict.reason.empty() && run.result == RunResult::kFailed) text += ": " + verdict.reason;
  if (run.result == RunResult::kSucceeded && progress.left && progress.expected > progress.done + 1) {
    const auto runs = static_cast<std::int64_t>(*progress.expected - progress.done);
    text += fmt::format("; about {} left", duration_text(*progress.left * (runs - 1) / runs));
  }
  say(text);
}

void BackfillRunWatch::waits(seconds time, std::size_t retry, std::size_t retries) {
  say(fmt::format("retry {} of {} in {}", retry, retries, duration_text(time)));
}

void BackfillRunWatch::remark(const std::string& text) {
  warn("unexpected-state", text, "the next window tells whether it passes");
}

void BackfillRunWatch::warn(const std::string& code, const std::string& message, const std::string& next_step) {
  bar_.clear();
  print_warnings(std::vector<Warning>{{code, message, next_step, {}}});
  draw();
}

void BackfillRunWatch::tick() {
  draw();
}

void BackfillRunWatch::signalled(bool kills) {
  say(kills ? "dbt is killed" : "dbt is asked to end, and gets the time it needs; once more kills it");
}

void BackfillRunWatch::dbt_says(std::string_view message) {
  bar_.clear();
  const std::string text = printable(without_escapes(std::string(message)));
  fmt::print(stderr, "dbt: {}\n", text);
  draw();
}

void BackfillRunWatch::say(const std::string& text) {
  bar_.clear();
  print_info(text);
  draw();
}

void BackfillRunWatch::take_over(const DriveProgress& progress) {
  line_.done = progress.done;
  line_.expected = progress.expected;
  line_.what = progress.run.windows.empty() ? "" : short_text(progress.run.windows.front());
  left_ = progress.left;
}

void BackfillRunWatch::draw() {
  if (!with_bar_ || !running_) return;
  const auto passed = std::chrono::floor<seconds>(Clock::now() - begun_);
  line_.time = left_ ? fmt::format("{} left", duration_text(*left_ - passed)) : duration_text(passed);
  bar_.show(line_);
}

}  // namespace plowline
