#include "backfill/no_progress.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <utility>

#include "backfill/simulate.h"
#include "diagnostic/error.h"
#include "diagnostic/name_list.h"

namespace plowline {
namespace {

std::string days_of(std::chrono::microseconds limit) {
  const auto days = std::chrono::duration_cast<std::chrono::days>(limit).count();
  return fmt::format("{} {}", days, days == 1 ? "day" : "days");
}

std::string shown(const DrivenWindow& window) {
  return fmt::format("{} to {}", to_text(window.lower_limit), to_text(window.upper_limit));
}

// The models in run that the run did not build. Their rows are never written.
std::vector<std::string> not_built(const DrivenPackage& package, const LoggedRun& log) {
  std::vector<std::string> missing = package.without_row;
  for (const std::string& model : package.models) {
    const bool built = std::ranges::any_of(log.succeeded_models, [&](const std::string& id) {
      return id == model || id.ends_with("." + model) || id.find("." + model + ".v") != std::string::npos;
    });
    if (!built && std::ranges::find(missing, model) == missing.end()) missing.push_back(model);
  }
  return missing;
}

// What the machine of run limits makes of a guess about the manifest and the events. Taken only where it has the very
// window that was seen, and stands still for the reason that is supposed.
struct Guess {
  std::vector<ManifestRow> rows;
  EventTimes events;
  SimulationEnd end;
};

std::optional<Simulation> confirmed(const DrivenPackage& package, const DrivenWindow& window, const Guess& guess,
                                    Instant now) {
  SimulationInput input;
  input.settings = package.settings;
  input.rows = guess.rows;
  input.models = package.models;
  input.selected = package.models;
  input.events = guess.events;
  input.now = now;
  input.max_runs = 3;
  Simulation simulation = simulate(input);
  if (simulation.end != guess.end || simulation.runs.empty()) return std::nullopt;
  const RunWindow& first = simulation.runs.front().window;
  const bool same =
      first.state == window.state && first.lower_limit == window.lower_limit && first.upper_limit == window.upper_limit;
  return same ? std::optional(std::move(simulation)) : std::nullopt;
}

// The package's hook at the end of the run writes the rows; nothing in the log says that it ran.
bool hook_is_missing(const DrivenPackage& package, const LoggedRun& log) {
  return std::ranges::any_of(log.packages, [&](const LoggedPackage& entry) {
    return (entry.package == package.package || entry.package == package.owner) && !entry.end_hooks_ok;
  });
}

NoProgress standstill(std::string problem, std::string reason, std::string next_step) {
  return {std::move(problem), std::move(reason), std::move(next_step)};
}

NoProgress no_rows(const DrivenPackage& package, const DrivenWindow& window, const LoggedRun& log) {
  const auto missing = not_built(package, log);
  if (!missing.empty() && missing.size() == package.models.size()) {
    return standstill(
        "rows-not-written",
        fmt::format("{}: no row is ever written, because none of its models in run was built: {}",
                    printable(package.package), comma_list(missing)),
        "the manifest.json is not of this project, or of another target: let dbt write it again (dbt parse)");
  }
  if (!window.no_data && hook_is_missing(package, log)) {
    return standstill("rows-not-written",
                      fmt::format("{}: no row is ever written, because no on-run-end hook of the package ran",
                                  printable(package.package)),
                      "the project has to call snowplow_incremental_post_hook at the end of a run, as the package's "
                      "own dbt_project.yml does");
  }
  return standstill(
      "no-events",
      fmt::format("{}: no event lies in the first window, {}, so no row is written, and every run begins there again",
                  printable(package.package), shown(window)),
      "begin where the events begin: --start-date YYYY-MM-DD, with --restart; or see whether the events are loaded, "
      "and whether snowplow__app_id and its like leave any");
}

NoProgress state_2(const DrivenPackage& package, const DrivenWindow& window, const LoggedRun& log) {
  const auto missing = not_built(package, log);
  const std::string begins =
      fmt::format("{}: state 2 with the window {} in every run: ", printable(package.package), shown(window));
  if (!missing.empty()) {
    return standstill("stuck-state-2",
                      begins + fmt::format("it counts models that the run does not build, so they never get a row: {}",
                                           comma_list(missing)),
                      "a tagged model has to be a table, view or incremental model, and enabled on this target");
  }
  if (package.ignores_models_to_run) {
    return standstill(
        "stuck-state-2",
        begins + "its limits model ignores models_to_run and counts every model with the tag, built or not",
        "in the limits model of your project, leave out the argument models_to_run of get_enabled_snowplow_models");
  }
  return standstill(
      "stuck-state-2",
      begins + fmt::format("it counts another number of models than have a row. Of this run it should count {}",
                           comma_list(package.models)),
      "read the manifest's rows (plowline backfill status --query): one that stands twice is to be deleted; a tagged "
      "model that the run does not build must not be counted: models_to_run has to reach the packages");
}

NoProgress state_3(const DrivenPackage& package, const DrivenWindow& window, const LoggedRun& log) {
  const auto missing = not_built(package, log);
  const std::string begins =
      fmt::format("{}: state 3 with the window {} in every run: ", printable(package.package), shown(window));
  if (!missing.empty()) {
    return standstill("stuck-state-3",
                      begins + fmt::format("it waits for models that the run does not build: {}", comma_list(missing)),
                      "a tagged model has to be a table, view or incremental model, and enabled on this target");
  }
  return standstill(
      "stuck-state-3",
      begins +
          "the models' rows differ, and the latest of them lies at a time that no event has, or behind a gap in the "
          "events; the others never reach it",
      "read the manifest's rows (plowline backfill status --query), and set the latest ones back to the latest event's "
      "time; in a staging schema, deleting the rows of this backfill's models does as well");
}

NoProgress state_4(const DrivenPackage& package, const DrivenWindow& window, const LoggedRun& log) {
  const Instant last = window.lower_limit + package.settings.lookback;
  const Instant now = std::max(log.started.value_or(window.upper_limit), window.upper_limit + std::chrono::seconds(1));
  Guess guess{{}, {}, SimulationEnd::kGap};
  for (const std::string& model : package.models) guess.rows.push_back({model, last});
  guess.events.first = last;
  guess.events.last = now;
  guess.events.gaps = {{last, window.upper_limit + std::chrono::seconds(1)}};
  if (confirmed(package, window, guess, now)) {
    const std::string limit = days_of(package.settings.backfill_limit);
    return standstill(
        "gap",
        fmt::format(
            "{}: no event lies between {} and {}: a gap that is longer than the limit of {}, which no run crosses",
            printable(package.package), to_text(last), to_text(window.upper_limit), limit),
        fmt::format("take a limit that is longer than the gap: --backfill-limit-days with more than {}, and --restart "
                    "(it forgets plowline's record of the runs, and nothing in the warehouse)",
                    std::chrono::duration_cast<std::chrono::days>(package.settings.backfill_limit).count()));
  }
  return standstill("no-progress",
                    fmt::format("{}: the window {} came twice: the run wrote no later last_success",
                                printable(package.package), shown(window)),
                    "see whether the window holds events: a gap that is longer than snowplow__backfill_limit_days is "
                    "never crossed; take a longer limit with --backfill-limit-days and --restart");
}

}  // namespace

NoProgress explain_no_progress(const DrivenPackage& package, const DrivenWindow& window, const LoggedRun& log) {
  if (!window.state) {
    return standstill("no-progress",
                      fmt::format("{}: the window {} came twice", printable(package.package), shown(window)),
                      "read the manifest's rows: plowline backfill status --query");
  }
  switch (*window.state) {
    case RunState::kNoRows:
      return no_rows(package, window, log);
    case RunState::kNewModel:
      return state_2(package, window, log);
    case RunState::kOutOfSync:
      return state_3(package, window, log);
    case RunState::kStandard:
      break;
  }
  return state_4(package, window, log);
}

}  // namespace plowline
