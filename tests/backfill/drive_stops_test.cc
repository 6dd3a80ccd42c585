// Why the loop of `plowline backfill run` stops: it stands still, or a run does not tell how far it went.
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "backfill/drive.h"
#include "driven_dbt.h"

using namespace plowline;
using namespace plowline::testing::driving;

TEST_CASE("a gap that is longer than the limit") {
  Machine machine;
  machine.events.gaps = {{at("2023-03-01"), at("2023-04-09")}};
  World world;
  const Driven driven = drive_machine(machine, world, request_for(machine));
  CHECK(driven.result.end == DriveEnd::kNoProgress);
  CHECK(driven.result.problem == "gap");
  CHECK(driven.result.runs.size() == 4);
  CHECK(
      driven.result.reason ==
      "snowplow_unified: no event lies between 2023-03-01 00:00:00 and 2023-03-31 00:00:00: a gap that is longer than "
      "the limit of 30 days, which no run crosses");
  CHECK(driven.result.next_step.find("--backfill-limit-days with more than 30") != std::string::npos);
}

TEST_CASE("no events where the history begins") {
  Machine machine;
  machine.events.first = at("2023-03-15");
  World world;
  const Driven driven = drive_machine(machine, world, request_for(machine));
  CHECK(driven.result.problem == "no-events");
  CHECK(driven.result.runs.size() == 2);
  CHECK(driven.result.reason.find("2023-01-01 00:00:00 to 2023-01-31 00:00:00") != std::string::npos);
}

TEST_CASE("state 2 for ever: a counted model is never built") {
  Machine machine;
  machine.unbuilt = {"orders_ext"};
  DriveRequest request = request_for(machine);
  SUBCASE("plowline knows that it is counted") {
    request.packages[0].models.push_back("orders_ext");
    World world;
    const Driven driven = drive_machine(machine, world, request);
    CHECK(driven.result.problem == "stuck-state-2");
    CHECK(driven.result.reason.find("never get a row: orders_ext") != std::string::npos);
    CHECK(driven.result.runs.size() == 3);
    CHECK(!driven.observer.remarks.empty());
  }
  SUBCASE("the package ignores models_to_run") {
    request.packages[0].ignores_models_to_run = true;
    World world;
    const Driven driven = drive_machine(machine, world, request);
    CHECK(driven.result.problem == "stuck-state-2");
    CHECK(driven.result.reason.find("ignores models_to_run") != std::string::npos);
  }
  SUBCASE("nobody knows") {
    World world;
    const Driven driven = drive_machine(machine, world, request);
    CHECK(driven.result.problem == "stuck-state-2");
    CHECK(driven.result.reason.find("should count my_new_model") != std::string::npos);
  }
}

TEST_CASE("state 3 for ever: a row lies at a time that no event has") {
  Machine machine;
  machine.models = {"my_new_model", "other"};
  machine.rows = {{"my_new_model", at("2023-10-11 09:09:53")}, {"other", at("2023-10-11 08:50:00")}};
  World world;
  const Driven driven = drive_machine(machine, world, request_for(machine));
  CHECK(driven.result.problem == "stuck-state-3");
  CHECK(driven.result.reason.find("at a time that no event has") != std::string::npos);
}

TEST_CASE("a hook that fails behind ERROR=0 is a failure, whatever the exit status says") {
  for (const int status : {2, 0}) {
    World world;
    world.next = [&](std::size_t) {
      std::vector<std::string> lines = good_log(world.clock, {{.window = some_window(), .built = {"my_new_model"}}});
      lines.resize(lines.size() - 3);
      lines.push_back(event(world.clock, "Exited because of keyboard interrupt"));
      lines.push_back(event(world.clock, "Done. PASS=17 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=17"));
      lines.push_back(event(world.clock,
                            "Encountered an error:\nCompilation Error in operation "
                            "snowplow_media_player-on-run-end-0 (./dbt_project.yml)\n  No enabled models identified.",
                            "error"));
      return Step{lines, {.exit_status = status}, {}};
    };
    Machine machine;
    DriveRequest request = request_for(machine);
    request.retries = 3;
    const Driven driven = drive_all(request, world);
    CHECK(driven.result.end == DriveEnd::kFailed);
    CHECK(driven.result.problem == "hook-failed");
    CHECK(driven.result.reason.find("models_to_run names no enabled model") != std::string::npos);
    // The same command fails the same way: no retry.
    CHECK(driven.result.runs.size() == 1);
    REQUIRE(!driven.result.errors.empty());
    CHECK(driven.result.errors[0].find("No enabled models identified") != std::string::npos);
  }
}

TEST_CASE("a good log does not make up for an exit status, nor a good status for a missing log") {
  Machine machine;
  World killed;
  killed.next = [&](std::size_t) {
    Step step = machine.run(killed.clock);
    step.end.signal = 9;
    return step;
  };
  CHECK(drive_all(request_for(machine), killed).result.reason == "dbt was killed by signal 9");

  World silent;
  silent.next = [&](std::size_t) { return Step{{"not a log"}, {}, "not a log"}; };
  const Driven nothing = drive_all(request_for(machine), silent);
  CHECK(nothing.result.problem == "no-json-log");
  CHECK(nothing.result.errors == std::vector<std::string>{"not a log"});

  World text;
  text.next = [&](std::size_t) {
    return Step{{"02:33:38  Running with dbt=1.4.9", "02:34:03  Done. PASS=16 WARN=0 ERROR=0 SKIP=0 TOTAL=16"}, {}, {}};
  };
  const Driven as_text = drive_all(request_for(machine), text);
  CHECK(as_text.result.problem == "no-json-log");
  CHECK(as_text.result.next_step.find("since 1.5") != std::string::npos);
}

TEST_CASE("a run without a window cannot be judged") {
  Machine machine;
  World world;
  world.next = [&](std::size_t) {
    std::vector<std::string> lines = machine.run(world.clock).lines;
    std::erase_if(lines, [](const std::string& line) { return line.find("Snowplow: ") != std::string::npos; });
    return Step{lines, {}, {}};
  };
  const Driven driven = drive_all(request_for(machine), world);
  CHECK(driven.result.problem == "no-window");
  CHECK(driven.result.next_step.find("snowplow__has_log_enabled") != std::string::npos);
}
