// The loop of `plowline backfill run`: how it goes on, and how it ends.
#include "backfill/drive.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "driven_dbt.h"
#include "support/support.h"

using namespace plowline;
using namespace plowline::testing::driving;

TEST_CASE("284 runs of a day each, with the runs and the time that are left") {
  Machine machine;
  machine.settings.backfill_limit = days(1);
  World world;
  const Driven driven = drive_machine(machine, world, request_for(machine));
  CHECK(driven.result.end == DriveEnd::kUpToDate);
  CHECK(driven.result.problem.empty());
  REQUIRE(driven.result.runs.size() == 284);
  CHECK(world.kept == driven.result.runs);
  CHECK(driven.result.runs.front().windows.front().upper_limit == at("2023-01-02"));
  CHECK(driven.result.runs.back().up_to_date());
  CHECK(!driven.result.runs[282].up_to_date());
  const auto& begun = driven.observer.begun;
  CHECK(begun[0].expected == 284);
  CHECK(!begun[0].left);
  CHECK(begun[100].done == 100);
  CHECK(begun[100].left == seconds(1840));
  // As soon as the window is in the log, not when the run ends.
  REQUIRE(driven.observer.known.size() == 284);
  CHECK(driven.observer.known[100].expected == 284);
  CHECK(driven.observer.known.back().expected == 284);
}

TEST_CASE("a run that fails stops the backfill, with dbt's own error") {
  Machine machine;
  World world;
  world.next = [&](std::size_t n) {
    return n == 3 ? Step{failed_log(world.clock, some_window()), {.exit_status = 1}, {}} : machine.run(world.clock);
  };
  const Driven driven = drive_all(request_for(machine), world);
  CHECK(driven.result.end == DriveEnd::kFailed);
  CHECK(driven.result.problem == "run-failed");
  CHECK(driven.result.runs.size() == 3);
  CHECK(driven.result.reason == "dbt failed in model.shop.my_new_model");
  REQUIRE(driven.result.errors.size() == 1);
  CHECK(driven.result.errors[0].find("division by zero") != std::string::npos);
  CHECK(world.kept.back().result == RunResult::kFailed);
  CHECK(world.waits.empty());
}

TEST_CASE("retries: the run is repeated after a wait, and its failures are counted one by one") {
  Machine machine;
  World world;
  world.next = [&](std::size_t n) {
    return n == 3 || n == 4 ? Step{failed_log(world.clock, some_window()), {.exit_status = 1}, {}}
                            : machine.run(world.clock);
  };
  DriveRequest request = request_for(machine);
  request.retries = 2;
  request.retry_wait = seconds(30);
  const Driven driven = drive_all(request, world);
  CHECK(driven.result.end == DriveEnd::kUpToDate);
  CHECK(driven.result.runs.size() == 12);
  CHECK(world.waits == std::vector<seconds>(2, seconds(30)));
  CHECK(driven.observer.begun[4].number == 5);
  CHECK(driven.observer.begun[4].done == 2);

  Machine again;
  World stubborn;
  stubborn.next = [&](std::size_t n) {
    return n >= 3 ? Step{failed_log(stubborn.clock, some_window()), {.exit_status = 1}, {}} : again.run(stubborn.clock);
  };
  const Driven stopped = drive_all(request, stubborn);
  CHECK(stopped.result.end == DriveEnd::kFailed);
  CHECK(stopped.result.runs.size() == 5);
  CHECK(stopped.result.reason == "dbt failed in model.shop.my_new_model (2 retries did not help)");
}

TEST_CASE("max_runs, and the next start goes on from there") {
  Machine machine;
  World world;
  DriveRequest request = request_for(machine);
  request.max_runs = 2;
  const Driven first = drive_machine(machine, world, request);
  CHECK(first.result.end == DriveEnd::kMaxRuns);
  CHECK(first.result.runs.size() == 2);
  request.max_runs = 0;
  request.earlier = world.kept;
  request.earlier.push_back({.number = 3, .result = RunResult::kInterrupted, .started = world.clock});
  const Driven second = drive_machine(machine, world, request);
  CHECK(second.result.end == DriveEnd::kUpToDate);
  CHECK(second.result.runs.front().number == 4);
  CHECK(second.result.runs.size() == 8);
  CHECK(second.observer.begun.front().done == 2);
  CHECK(second.observer.begun.front().expected == 10);
  CHECK(second.observer.begun.front().left == seconds(80));
}

TEST_CASE("state 2 and 3 that pass are remarks, and the backfill goes on") {
  Machine machine;
  machine.models = {"my_new_model", "other"};
  machine.rows = {{"other", at("2023-10-11 09:10:00")}};
  World world;
  const Driven driven = drive_machine(machine, world, request_for(machine));
  CHECK(driven.result.end == DriveEnd::kUpToDate);
  CHECK(driven.observer.remarks.size() >= 9);
}

TEST_CASE("Ctrl-C: in a run, at its end, and while waiting") {
  Machine machine;
  World in_run;
  in_run.next = [&](std::size_t n) {
    Step step = machine.run(in_run.clock);
    if (n == 2) step = {failed_log(in_run.clock, some_window()), {.exit_status = 1, .interrupted_by = 2}, {}};
    return step;
  };
  const Driven first = drive_all(request_for(machine), in_run);
  CHECK(first.result.end == DriveEnd::kInterrupted);
  CHECK(first.result.signal == 2);
  CHECK(in_run.kept.back().result == RunResult::kInterrupted);

  Machine other;
  World at_end;
  at_end.signal_at = 3;
  const Driven second = drive_machine(other, at_end, request_for(other));
  CHECK(second.result.end == DriveEnd::kInterrupted);
  CHECK(second.result.runs.size() == 3);
  CHECK(at_end.kept.back().result == RunResult::kSucceeded);

  World waiting;
  waiting.signal_in_wait = true;
  waiting.next = [&](std::size_t) { return Step{failed_log(waiting.clock, some_window()), {.exit_status = 1}, {}}; };
  DriveRequest request = request_for(machine);
  request.retries = 5;
  const Driven third = drive_all(request, waiting);
  CHECK(third.result.end == DriveEnd::kInterrupted);
  CHECK(third.result.runs.size() == 1);
}

TEST_CASE("two packages: the backfill ends when both are at the present") {
  Machine near;
  Machine far;
  far.settings.backfill_limit = days(60);
  World world;
  world.next = [&](std::size_t) {
    const RunWindow one = run_limits(near.rows, near.models, near.settings, world.clock);
    const RunWindow two = run_limits(far.rows, far.models, far.settings, world.clock);
    near.run(world.clock);
    far.run(world.clock);
    return Step{good_log(world.clock, {{.package = "snowplow_media_player", .window = one, .built = {"plays"}},
                                       {.package = "snowplow_unified", .window = two, .built = {"my_new_model"}}}),
                {},
                {}};
  };
  DriveRequest request = request_for(far);
  request.packages.insert(request.packages.begin(), DrivenPackage{.package = "snowplow_media_player",
                                                                  .owner = "snowplow_media_player",
                                                                  .models = {"plays"},
                                                                  .without_row = {},
                                                                  .settings = near.settings});
  const Driven driven = drive_all(request, world);
  CHECK(driven.result.end == DriveEnd::kUpToDate);
  CHECK(driven.result.runs.size() == 10);
  CHECK(driven.result.runs[5].windows.size() == 2);
  CHECK(driven.result.runs[5].windows[1].reaches_now);
  CHECK(!driven.result.runs[5].windows[0].reaches_now);
}

TEST_CASE("up to date, with a warehouse whose clock or time zone is another one") {
  const auto ends = [](std::string_view lower, std::string_view upper) {
    Machine machine;
    World world;
    const RunWindow window{RunState::kStandard, at(lower), at(upper), false};
    world.next = [&](std::size_t) {
      return Step{good_log(world.clock, {{.window = window, .built = {"my_new_model"}}}), {}, {}};
    };
    DriveRequest request = request_for(machine);
    request.max_runs = 1;
    return drive_all(request, world).result.end;
  };
  // dbt starts at 2023-10-11 10:11:12; the limit is 30 days.
  CHECK(ends("2023-10-01 00:00:00", "2023-10-11 10:11:14") == DriveEnd::kUpToDate);
  CHECK(ends("2023-10-01 00:00:00", "2023-10-11 03:11:14") == DriveEnd::kUpToDate);
  CHECK(ends("2023-09-10 18:00:00", "2023-10-11 00:00:00") == DriveEnd::kMaxRuns);
  CHECK(ends("2023-09-26 16:11:12", "2023-10-10 22:11:12") == DriveEnd::kMaxRuns);  // cut by a limit of 14 days
  CHECK(ends("2023-08-01 00:00:00", "2023-08-20 00:00:00") == DriveEnd::kMaxRuns);
}

TEST_CASE("recordings of real runs") {
  const auto shared = testing::shared_or_skip("recordings of Snowplow backfills");
  if (shared.empty()) return;
  struct Recording {
    std::string folder;
    DriveEnd end;
    std::size_t runs;
    std::string problem;
  };
  const std::vector<Recording> recordings{
      {"B_staging_backfill", DriveEnd::kUpToDate, 4, ""},
      {"A_prod_backfill", DriveEnd::kUpToDate, 4, ""},
      {"C_staging_without_models_to_run", DriveEnd::kNoProgress, 3, "stuck-state-2"},
      {"H_two_packages", DriveEnd::kFailed, 1, "hook-failed"},
  };
  for (const Recording& recording : recordings) {
    CAPTURE(recording.folder);
    const auto folder = shared / "corpus" / "snowplow_logs" / recording.folder;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    const Json truth = Json::parse(std::ifstream(folder / "truth.json_pass.json"));
    World world;
    world.clock = at("2026-11-21 02:33:00");
    world.next = [&](std::size_t n) {
      Step step;
      std::ifstream file(files.at(n - 1));
      for (std::string line; std::getline(file, line);) step.lines.push_back(line);
      const std::string number = files[n - 1].filename().string().substr(0, 2);
      for (const Json& known : truth) {
        if (known["n"] == number) step.end.exit_status = known["exit"];
      }
      return step;
    };
    Machine machine;
    machine.settings = {at("2026-05-05"), days(60), hours(6)};
    machine.models = {"my_new_model", "snowplow_unified_pv_engaged_time", "snowplow_unified_pv_scroll_depth",
                      "snowplow_unified_views_this_run"};
    const Driven driven = drive_all(request_for(machine), world);
    CHECK(driven.result.end == recording.end);
    CHECK(driven.result.runs.size() == recording.runs);
    CHECK(driven.result.problem == recording.problem);
    CHECK(driven.observer.known.size() == recording.runs);
    for (std::size_t i = 0; i < driven.result.runs.size(); ++i) {
      const DrivenWindow& window = driven.result.runs[i].windows.at(0);
      CHECK(static_cast<int>(*window.state) == truth[i]["states"][0].get<int>());
      CHECK(to_text(window.lower_limit) == truth[i]["printed"][0]["lower"].get<std::string>());
      CHECK(to_text(window.upper_limit) == truth[i]["printed"][0]["upper"].get<std::string>());
    }
  }
}
