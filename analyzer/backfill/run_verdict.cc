#include "backfill/run_verdict.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

#include "backfill/window_end.h"
#include "diagnostic/error.h"
#include "diagnostic/name_list.h"

namespace plowline {
namespace {

constexpr std::size_t kShownNames = 5;

const LoggedPackage* logged(const LoggedRun& log, const DrivenPackage& package, bool alone) {
  for (const LoggedPackage& entry : log.packages) {
    if (entry.package == package.package || entry.package == package.owner) return &entry;
  }
  // A package that does not sign its lines, where there is no other.
  const bool unsigned_one = alone && log.packages.size() == 1 && log.packages.front().package.empty();
  return unsigned_one ? &log.packages.front() : nullptr;
}

// What the record of a run keeps of its errors; the log has them all.
constexpr std::size_t kMostErrors = 20;
constexpr std::size_t kLongestError = 4000;

std::vector<std::string> errors_of(const LoggedRun& log) {
  std::vector<std::string> errors;
  const auto add = [&](std::string error) {
    if (error.size() > kLongestError) error = error.substr(0, kLongestError) + "…";
    if (errors.size() < kMostErrors) errors.push_back(std::move(error));
  };
  for (const LoggedNode& node : log.failures) {
    if (!node.message.empty()) add(node.name + ": " + node.message);
  }
  // What dbt says at the end, where it is not what it said of a node before.
  for (const std::string& error : log.errors) {
    const bool said =
        std::ranges::any_of(errors, [&](const std::string& other) { return other.find(error) != std::string::npos; });
    if (!said) add(error);
  }
  return errors;
}

// `a, b and 3 more`.
std::string ending(const ProcessEnd& process) {
  return process.signal == 0 ? fmt::format("ended with exit status {}", process.exit_status)
                             : fmt::format("was killed by signal {}", process.signal);
}

RunVerdict problem(std::string name, std::string reason, std::string next_step) {
  RunVerdict verdict;
  verdict.problem = std::move(name);
  verdict.reason = std::move(reason);
  verdict.next_step = std::move(next_step);
  return verdict;
}

RunVerdict no_log(const LoggedRun* log, const DbtEnd& end) {
  RunVerdict verdict = problem("no-json-log",
                               log != nullptr ? "dbt printed its log as text, although it was asked for JSON"
                                              : fmt::format("dbt {} and printed no JSON log", ending(end.process)),
                               "backfill run follows 'dbt run --log-format json', which dbt has behind the subcommand "
                               "since 1.5: name a newer dbt with --dbt PATH; or run the command of 'plowline command' "
                               "by hand and ask 'plowline backfill status --log FILE' after each run");
  if (!end.last_words.empty()) verdict.errors.push_back(end.last_words);
  if (log != nullptr) verdict.errors = errors_of(*log);
  return verdict;
}

// A run whose models are built and whose hooks are not run: the rows are missing, whatever `Done.` says.
bool only_hooks_failed(const LoggedRun& log, const std::vector<DrivenPackage>& packages) {
  const bool nodes_are_good = std::ranges::all_of(
      log.failures, [](const LoggedNode& node) { return node.name.find("on-run-") != std::string::npos; });
  if (!log.reached_end || !nodes_are_good || log.succeeded_models.empty()) return false;
  return std::ranges::any_of(log.failures, [](const LoggedNode&) { return true; }) ||
         std::ranges::any_of(packages, [&](const DrivenPackage& package) {
           const LoggedPackage* entry = logged(log, package, packages.size() == 1);
           return entry != nullptr && !entry->end_hooks_ok;
         });
}

std::string what_failed(const LoggedRun& log, const DbtEnd& end) {
  std::vector<std::string> nodes;
  for (const LoggedNode& node : log.failures) {
    if (node.status == "error") nodes.push_back(node.name);
  }
  if (!nodes.empty()) return fmt::format("dbt failed in {}", comma_list(nodes, kShownNames));
  return fmt::format("dbt {}{}", ending(end.process), log.reached_end ? "" : " before the end of its run");
}

RunVerdict failed_run(const LoggedRun& log, const DbtEnd& end, const std::vector<DrivenPackage>& packages) {
  std::vector<std::string> errors = errors_of(log);
  if (errors.empty() && !end.last_words.empty()) errors.push_back(end.last_words);
  const bool no_models = std::ranges::any_of(
      errors, [](const std::string& error) { return error.find("No enabled models identified") != std::string::npos; });
  const bool hooks = only_hooks_failed(log, packages);
  RunVerdict verdict;
  if (hooks) {
    verdict = problem("hook-failed",
                      "the models are built, but a hook at the end of the run failed: its package's manifest rows are "
                      "not written, and its next run has the same window",
                      "correct what dbt's error says, then start again");
  } else {
    verdict = problem("run-failed", what_failed(log, end),
                      "correct what dbt's error says, then start again: the backfill goes on with the same window");
  }
  verdict.retry_may_help = !no_models;
  if (no_models) {
    verdict.reason += "; models_to_run names no enabled model of one of the project's Snowplow packages";
    verdict.next_step =
        "let dbt write the manifest again for this target (dbt parse), so that plowline names a model of each package; "
        "a package of which all tagged models are disabled has to be disabled as a whole";
  }
  verdict.errors = std::move(errors);
  return verdict;
}

// A good run of which nobody can say how far it went.
RunVerdict no_window(const std::vector<DrivenPackage>& packages, const std::vector<DrivenWindow>& windows) {
  std::vector<std::string> silent;
  for (const DrivenPackage& package : packages) {
    if (std::ranges::find(windows, package.package, &DrivenWindow::package) == windows.end())
      silent.push_back(package.package);
  }
  return problem("no-window",
                 fmt::format("dbt's run was good, but its log tells no window of {}", comma_list(silent, kShownNames)),
                 "the packages print it where snowplow__has_log_enabled is true, which is its default: set it for this "
                 "run with --vars");
}

}  // namespace

std::vector<DrivenWindow> windows_of(const LoggedRun& log, const std::vector<DrivenPackage>& packages) {
  std::vector<DrivenWindow> windows;
  for (const DrivenPackage& package : packages) {
    const LoggedPackage* entry = logged(log, package, packages.size() == 1);
    if (entry == nullptr || !entry->lower_limit || !entry->upper_limit) continue;
    windows.push_back({.package = package.package,
                       .state = entry->state,
                       .lower_limit = *entry->lower_limit,
                       .upper_limit = *entry->upper_limit,
                       .reaches_now = window_end({entry->state, *entry->lower_limit, *entry->upper_limit},
                                                 package.settings, true, &log) == WindowEnd::kNow,
                       .no_data = entry->no_data});
  }
  return windows;
}

RunVerdict judge_run(const LoggedRun* log, const DbtEnd& end, const std::vector<DrivenPackage>& packages) {
  const bool good = log != nullptr && log->succeeded && end.process.status() == 0;
  if (!good && end.process.interrupted_by != 0) {
    RunVerdict verdict = problem("interrupted", "the run was interrupted", "");
    verdict.result = RunResult::kInterrupted;
    if (log != nullptr) verdict.windows = windows_of(*log, packages);
    return verdict;
  }
  if (log == nullptr || log->kind != LogKind::kJson) return no_log(log, end);
  std::vector<DrivenWindow> windows = windows_of(*log, packages);
  RunVerdict verdict;
  if (!good) {
    verdict = failed_run(*log, end, packages);
  } else if (windows.size() != packages.size()) {
    verdict = no_window(packages, windows);
  }
  verdict.windows = std::move(windows);
  if (verdict.problem.empty()) verdict.result = RunResult::kSucceeded;
  return verdict;
}

}  // namespace plowline
