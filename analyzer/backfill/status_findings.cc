#include "backfill/status_findings.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <utility>

#include "artifact/console_text.h"
#include "backfill/run_log_words.h"
#include "backfill/status_prediction.h"
#include "diagnostic/name_list.h"
#include "diagnostic/suggest.h"

namespace plowline {
namespace {

constexpr std::string_view kNoModels = "No enabled models identified.";
constexpr std::size_t kShownNames = 10;

template <typename List>
bool holds_one_of(std::string_view text, const List& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// What warehouses say where the packages ask for one row of a model and there are several.
constexpr std::array<std::string_view, 6> kSeveralRows{
    "more than one row returned by a subquery",         // Postgres
    "single-row query returns more than 1 row",         // Redshift
    "Single-row subquery returns more than one row",    // Snowflake
    "Scalar subquery produced more than one element",   // BigQuery
    "SCALAR_SUBQUERY_TOO_MANY_ROWS",                    // Databricks, Spark
    "More than one row returned by a subquery used as"  // Spark before 3.4
};
constexpr std::array<std::string_view, 2> kNoText{"object' has no attribute 'split'", "'NoneType' has no len()"};

// The reason in dbt's words: the line below the headings.
std::string reason_in(std::string_view error) {
  std::string_view best;
  while (!error.empty()) {
    const std::size_t feed = std::min(error.find('\n'), error.size());
    const std::string_view line = trim(error.substr(0, feed));
    error.remove_prefix(std::min(feed + 1, error.size()));
    const bool heading = line.starts_with("Encountered an error") || line.starts_with("Failure in ") ||
                         line.starts_with("Usage: ") || line.starts_with("Try '") ||
                         line.find(" Error in ") != std::string_view::npos || line.ends_with(" Error") ||
                         line.ends_with(" failed, error:");
    if (line.empty()) continue;
    if (best.empty()) best = line;
    if (heading) continue;
    best = line;
    break;
  }
  constexpr std::size_t kMost = 240;
  return printable(best.substr(0, kMost)) + (best.size() > kMost ? "…" : "");
}

struct FailedHook {
  std::string package;
  std::string message;
};

std::vector<FailedHook> failed_end_hooks(const LoggedRun& run) {
  std::vector<FailedHook> failed;
  for (const LoggedNode& node : run.failures) {
    const auto hook = hook_name(node.name);
    if (hook && hook->end && node.status == "error") failed.push_back({std::string(hook->package), node.message});
  }
  return failed;
}

StatusFinding hook_finding(const LoggedRun& run, const FailedHook& failed, std::string_view package) {
  const auto part = std::ranges::find(run.packages, package, &LoggedPackage::package);
  const bool written = part != run.packages.end() && part->end_hooks_ok;
  const std::string reason = failed.message.empty() ? "" : fmt::format(" ({})", reason_in(failed.message));
  const std::string hook = printable(failed.package);
  StatusFinding finding{StatusProblem::kHookFailed, {}, {}};
  if (written && package == failed.package) {
    finding.message = fmt::format("{}'s manifest was written, but then another of its on-run-end hooks failed{}",
                                  printable(package), reason);
  } else if (written) {
    finding.message =
        fmt::format("{}'s manifest was written, but then the on-run-end hook of {} failed{}: its manifest was not",
                    printable(package), hook, reason);
  } else if (package == failed.package || package.empty()) {
    finding.message = fmt::format("the on-run-end hook of {} failed{}: its manifest was not written", hook, reason);
  } else {
    finding.message = fmt::format(
        "{}'s manifest was not written: the on-run-end hook of {} failed before{}, and hooks run in the order of the "
        "packages' names. The next run repeats this window",
        printable(package), hook, reason);
  }
  finding.next_step = failed.message.find(kNoModels) != std::string::npos
                          ? fmt::format(
                                "name one of {}'s tagged models in models_to_run as well, without selecting it "
                                "(plowline vars does so)",
                                hook)
                          : "cure what the hook says, and run again";
  return finding;
}

std::optional<StatusFinding> rows_finding(const Evidence& evidence, PackageStatus& status) {
  std::map<std::string, std::size_t> expected;
  for (const std::string& name : evidence.names) ++expected[name];
  std::map<std::string, std::size_t> rows;
  for (const ManifestRow& row : evidence.rows) ++rows[row.model];
  for (const auto& [model, count] : rows) {
    const auto counted = expected.find(model);
    if (counted != expected.end() && count > counted->second) status.duplicates.push_back(model);
  }
  if (status.duplicates.empty()) return std::nullopt;
  return StatusFinding{
      StatusProblem::kDuplicateRow,
      fmt::format("{} several rows in the manifest: the package counts each of them, so every run is in state 2, "
                  "and the model itself may fail",
                  status.duplicates.size() == 1 ? fmt::format("{} has", printable(status.duplicates[0]))
                                                : fmt::format("{} have", comma_list(status.duplicates, kShownNames))),
      "delete all but the row with the earliest last_success"};
}

// A model that ran well and that models_to_run does not name, but nearly.
std::optional<StatusFinding> missing_finding(const Evidence& evidence, PackageStatus& status) {
  const SeenRun* seen = evidence.last_seen();
  if (seen == nullptr || !evidence.seen_in_last_run() || !advanced(*seen)) return std::nullopt;
  const auto has_row = [&](const std::string& model) {
    return std::ranges::find(evidence.rows, model, &ManifestRow::model) != evidence.rows.end();
  };
  const auto is_token = [&](const std::string& model) {
    return std::ranges::find(*evidence.tokens, model) != evidence.tokens->end();
  };
  const bool tokens = evidence.tokens && !evidence.tokens->empty();
  std::vector<std::pair<std::string, std::string>> meant;  // misspelt, model
  if (evidence.known != nullptr) {
    for (const std::string& model : tagged_models_that_ran(evidence, *seen->run)) {
      const bool lacks = evidence.has_rows ? !evidence.rows.empty() && !has_row(model) : tokens && !is_token(model);
      if (lacks) status.missing.push_back(model);
    }
  }
  if (tokens) {
    for (const std::string& model : seen->run->succeeded_models) {
      const std::string name(last_part(model));
      if (is_token(name) || has_row(name) || is_base_model(name, evidence.package)) continue;
      for (const std::string& token : *evidence.tokens) {
        if (token.size() < 4 || has_row(token) || edit_distance(token, name) > 2) continue;
        const bool ran = std::ranges::any_of(seen->run->succeeded_models,
                                             [&](const std::string& other) { return last_part(other) == token; });
        if (ran) continue;
        meant.emplace_back(token, name);
        if (evidence.known == nullptr) status.missing.push_back(name);
      }
    }
  }
  if (status.missing.empty()) return std::nullopt;
  StatusFinding finding{StatusProblem::kMissingRow, {}, {}};
  const bool one = status.missing.size() == 1;
  finding.message = fmt::format(
      "{} ran well and {} no row in the manifest: the package does not count {} as {} of the run",
      comma_list(status.missing, kShownNames), one ? "has" : "have", one ? "it" : "them", one ? "a model" : "models");
  finding.next_step = meant.empty() ? "name every model of the run in models_to_run (plowline vars gives the value)"
                                    : fmt::format("models_to_run says '{}': write '{}'", printable(meant[0].first),
                                                  printable(meant[0].second));
  return finding;
}

StatusFinding stuck_2(const std::vector<std::string>& without) {
  return {
      StatusProblem::kStuckState2,
      without.empty()
          ? "a model in run never gets a row in the manifest: every run is in state 2 and repeats one window"
          : fmt::format("{} never {} a row in the manifest: every run is in state 2 and repeats one window",
                        comma_list(without, kShownNames), without.size() == 1 ? "gets" : "get"),
      "name in models_to_run only the models that are selected, or select all that are counted (plowline vars gives "
      "the value)"};
}

StatusFinding stuck_3(const Evidence& evidence) {
  std::string latest;
  if (!evidence.rows.empty()) {
    const auto largest = std::ranges::max_element(evidence.rows, {}, &ManifestRow::last_success);
    latest = fmt::format(" ({}: {})", printable(largest->model), to_text(largest->last_success));
  }
  return {
      StatusProblem::kStuckState3,
      fmt::format("the models never meet: a row lies at a time that no event has{}, or a counted model is never run",
                  latest),
      "set the row that is ahead to the last_success of the others, and run every counted model"};
}

StatusFinding no_events() {
  return {StatusProblem::kNoEvents, "the first window holds no event: no row is ever written, and every run repeats it",
          "set snowplow__start_date to the day of the first event, or raise snowplow__backfill_limit_days"};
}

StatusFinding no_progress(RunState state) {
  const bool behind = state == RunState::kOutOfSync;
  return {
      StatusProblem::kNoProgress,
      fmt::format("runs repeat one window although it is not up to date: there is no event for longer than the limit{}",
                  behind ? ", or a model that is behind is never run" : ""),
      "raise snowplow__backfill_limit_days above the gap until it is crossed"};
}

// Of these the ones that can have no row: the last run did not build them, or they are never built.
bool never_get_rows(const Evidence& evidence, const std::vector<std::string>& without) {
  if (evidence.known == nullptr || without.empty()) return false;
  const SeenRun* seen = evidence.last_seen();
  const std::vector<std::string> ran =
      seen == nullptr ? std::vector<std::string>() : tagged_models_that_ran(evidence, *seen->run);
  return std::ranges::any_of(without, [&](const std::string& name) {
    const auto model = std::ranges::find(evidence.known->tagged, name, &KnownPackage::Model::name);
    if (model != evidence.known->tagged.end() && model->ephemeral) return true;
    // Two versions, and one row: the other never ran with it.
    if (std::ranges::find(evidence.rows, name, &ManifestRow::model) != evidence.rows.end()) return true;
    return seen != nullptr && evidence.seen_in_last_run() && seen->part.state == RunState::kNewModel &&
           advanced(*seen) && std::ranges::find(ran, name) == ran.end();
  });
}

// After the run the smallest row is where it was before: at the window's lower limit, less the lookback.
// (A step of less than a second cannot be seen; where all rows are the same it was enough.)
bool behind_its_window(const Evidence& evidence, const SeenRun& seen, const PackageStatus& status) {
  const bool looks_back = seen.part.state == RunState::kStandard ||
                          (seen.part.state == RunState::kOutOfSync && !status.out_of_sync.empty());
  if (!looks_back || !evidence.has_rows || evidence.models.empty() || !models_without_row(evidence).empty())
    return false;
  std::optional<Instant> smallest;
  for (const ManifestRow& row : evidence.rows) {
    if (std::ranges::find(evidence.models, row.model) == evidence.models.end()) continue;
    smallest = std::min(smallest.value_or(row.last_success), row.last_success);
  }
  return smallest && Instant(std::chrono::floor<std::chrono::seconds>(*smallest)) ==
                         *seen.part.lower_limit + evidence.settings.lookback;
}

// All models of the later run had their chance in the earlier one.
bool ran_no_more(const SeenRun& earlier, const SeenRun& later) {
  return std::ranges::all_of(later.run->succeeded_models, [&](const std::string& model) {
    return std::ranges::find(earlier.run->succeeded_models, model) != earlier.run->succeeded_models.end();
  });
}

std::optional<StatusFinding> standstill_finding(const Evidence& evidence, const PackageStatus& status) {
  const std::vector<std::string> without =
      evidence.has_rows ? models_without_row(evidence) : std::vector<std::string>();
  if (evidence.has_rows && !evidence.rows.empty() && never_get_rows(evidence, without)) return stuck_2(without);
  const SeenRun* seen = evidence.last_seen();
  if (seen == nullptr || !evidence.seen_in_last_run() || status.up_to_date == true) return std::nullopt;
  const RunState state = seen->part.state.value_or(RunState::kStandard);
  const bool wrote = seen->processed && seen->part.end_hooks_ok;
  if (wrote && seen->part.no_data && seen->part.state)
    return state == RunState::kNoRows ? no_events() : no_progress(state);
  if (wrote && state == RunState::kNoRows && evidence.has_rows && evidence.rows.empty()) return no_events();
  if (wrote && state == RunState::kOutOfSync && !status.out_of_sync.empty() && evidence.has_rows) {
    const auto largest = std::ranges::max_element(evidence.rows, {}, &ManifestRow::last_success);
    const bool reached = std::chrono::floor<std::chrono::seconds>(largest->last_success) <= *seen->part.upper_limit;
    if (reached && seen->run->succeeded) return stuck_3(evidence);
  }
  if (wrote && seen->run->succeeded && behind_its_window(evidence, *seen, status)) return no_progress(state);
  if (evidence.seen.size() < 2) return std::nullopt;
  const SeenRun& before = evidence.seen[evidence.seen.size() - 2];
  if (!before.processed || !before.part.end_hooks_ok || !wrote) return std::nullopt;
  if (state == RunState::kNewModel && before.part.state == RunState::kNoRows && before.run->succeeded &&
      ran_no_more(before, *seen))
    return stuck_2(without);
  if (!repeats(before, *seen)) return std::nullopt;
  if (!seen->part.state) return no_progress(state);
  if (state == RunState::kNoRows) return no_events();
  if (state == RunState::kNewModel) return stuck_2(without);
  return state == RunState::kOutOfSync ? stuck_3(evidence) : no_progress(state);
}

}  // namespace

std::string_view to_string(StatusProblem problem) {
  switch (problem) {
    case StatusProblem::kHookFailed:
      return "hook-failed";
    case StatusProblem::kNoEnabledModels:
      return "no-enabled-models";
    case StatusProblem::kBadModelsToRun:
      return "bad-models-to-run";
    case StatusProblem::kDuplicateRow:
      return "duplicate-manifest-row";
    case StatusProblem::kMissingRow:
      return "missing-manifest-row";
    case StatusProblem::kStuckState2:
      return "stuck-state-2";
    case StatusProblem::kStuckState3:
      return "stuck-state-3";
    case StatusProblem::kNoEvents:
      return "no-events";
    case StatusProblem::kNoProgress:
      return "no-progress";
    case StatusProblem::kInterrupted:
      return "interrupted";
    case StatusProblem::kRunUnfinished:
      return "run-unfinished";
    case StatusProblem::kRunFailed:
      break;
  }
  return "run-failed";
}

StatusFinding failure_of(const LoggedRun& run, std::string_view package) {
  const auto error_with = [&](std::string_view words) {
    return std::ranges::any_of(run.errors,
                               [&](const std::string& error) { return error.find(words) != std::string::npos; });
  };
  const std::string limits = fmt::format("{}_base_new_event_limits", package);
  for (const LoggedNode& node : run.failures) {
    const bool own =
        package.empty() ? package_of_limits(last_part(node.name)).has_value() : last_part(node.name) == limits;
    if (own && node.message.find(kNoModels) != std::string::npos)
      return {StatusProblem::kNoEnabledModels,
              fmt::format("models_to_run names no model with {}'s tag: {}",
                          package.empty() ? "the package" : printable(package), kNoModels),
              "give the bare names of tagged models, separated by single blanks (plowline vars gives the value)"};
  }
  for (const std::string& error : run.errors) {
    if (holds_one_of(error, kNoText))
      return {StatusProblem::kBadModelsToRun, fmt::format("models_to_run is no text: {}", reason_in(error)),
              "give one text with the names separated by single blanks (plowline vars gives the value)"};
    if (holds_one_of(error, kSeveralRows))
      return {StatusProblem::kDuplicateRow,
              fmt::format("a model has several rows in the manifest, and fails by them: {}", reason_in(error)),
              "delete all but the row with the earliest last_success"};
  }
  if (const auto hooks = failed_end_hooks(run); !hooks.empty()) {
    const auto own = std::ranges::find(hooks, package, &FailedHook::package);
    return hook_finding(run, own == hooks.end() ? hooks.front() : *own, package);
  }
  if (run.interrupted)
    return {StatusProblem::kInterrupted, "the run was interrupted",
            "run again: it goes on where the manifest's rows end"};
  if (!run.errors.empty() || !run.failures.empty()) {
    std::string reason = run.errors.empty() ? printable(run.failures.front().name) : reason_in(run.errors.back());
    for (const LoggedNode& node : run.failures) {
      if (node.status == "error" && !node.message.empty())
        reason = fmt::format("{}: {}", printable(last_part(node.name)), reason_in(node.message));
    }
    return {StatusProblem::kRunFailed, fmt::format("the run failed: {}", reason),
            error_with("--vars") ? "give --vars as plowline command prints it" : "cure what dbt says, and run again"};
  }
  if (!run.reached_end)
    return {StatusProblem::kRunUnfinished, "the log ends before the run does",
            "look whether the run still goes on, or was killed"};
  for (const LoggedPackage& part : run.packages) {
    if (part.upper_limit && !part.end_hooks_ok)
      return {StatusProblem::kHookFailed,
              fmt::format("no on-run-end hook of {} ran: its manifest was not written", printable(part.package)),
              "look whether the package's hooks are enabled"};
  }
  return {StatusProblem::kRunFailed, "the run failed", "look into logs/dbt.log"};
}

std::optional<StatusFinding> find_problem(const Evidence& evidence, PackageStatus& status) {
  auto rows = rows_finding(evidence, status);
  if (evidence.last_run != nullptr && !evidence.last_run->succeeded) {
    StatusFinding failure = failure_of(*evidence.last_run, evidence.package);
    if (rows && failure.problem == StatusProblem::kRunFailed) return rows;
    return failure;
  }
  if (rows) return rows;
  if (auto missing = missing_finding(evidence, status)) return missing;
  return standstill_finding(evidence, status);
}

}  // namespace plowline
