// How far one run gets, and what time does to the runs.
#include <chrono>
#include <doctest/doctest.h>
#include <string>

#include "backfill/simulate.h"
#include "simulations.h"

namespace plowline {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::at;
using testing::dense_input;
using testing::states_of;

bool up_to_date(const Simulation& simulation) {
  return simulation.end == SimulationEnd::kUpToDate;
}

TEST_CASE("part of a day as limit, and a limit of nothing") {
  SimulationInput input = dense_input();
  input.settings.backfill_limit = hours(36);
  CHECK(simulate(input).runs.size() == runs_needed(input.settings.start_date, input.now, hours(36)));
  CHECK(simulate(input).runs.size() == 189);
  input.settings.backfill_limit = hours(0);
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kGap);
  CHECK(simulation.reason.starts_with("a limit of 0 s lets no run get further: every run repeats the window "));
  CHECK(simulation.next_step == "set snowplow__backfill_limit_days to 1 or more");
}

TEST_CASE("a limit that is no multiple of the step loses the rest in every run") {
  SimulationInput input = dense_input();
  input.events.step = hours(10);
  input.settings.backfill_limit = days(1);
  // Twenty hours a run: the n-th window ends at 20 * (n - 1) + 24 hours, and now is 6802 hours after the start.
  const Simulation simulation = simulate(input);
  CHECK(up_to_date(simulation));
  CHECK(simulation.runs[3].rows[0].last_success == input.settings.start_date + hours(80));
  CHECK(simulation.runs.size() == 340);
}

TEST_CASE("time passes while runs go on") {
  SimulationInput input = dense_input();
  input.settings.backfill_limit = days(1);
  input.events.last = at("2025-01-01");
  input.run_takes = hours(12);
  const Simulation slow = simulate(input);
  CHECK(up_to_date(slow));
  // Each run gains half a day.
  CHECK(slow.runs.size() == 566);
  CHECK(slow.runs.back().window.upper_limit == input.now + 565 * hours(12));
  input.run_takes = days(1);
  input.max_runs = 300;
  const Simulation never = simulate(input);
  CHECK(never.end == SimulationEnd::kMaxRuns);
  CHECK(never.runs.size() == 300);
  CHECK(never.reason.ends_with(" before now; a run takes 1 day and brings at most 1 day"));
  CHECK(never.next_step == "set a greater snowplow__backfill_limit_days");
}

TEST_CASE("a run does not see events that are still to come, but later ones do") {
  SimulationInput input = dense_input();
  input.settings.start_date = at("2023-10-11");
  input.events = {at("2023-10-11 10:30:00"), at("2023-10-12"), minutes(10), {}, {}};
  const Simulation standing = simulate(input);
  CHECK(standing.end == SimulationEnd::kNoEvents);
  CHECK(!standing.runs[0].latest_event);
  input.run_takes = minutes(12);
  const Simulation simulation = simulate(input);
  CHECK(up_to_date(simulation));
  CHECK(states_of(simulation) == "111");
  CHECK(to_text(simulation.runs.back().rows[0].last_success) == "2023-10-11 10:30:00");
}

TEST_CASE("not enough runs") {
  SimulationInput input = dense_input();
  input.max_runs = 4;
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kMaxRuns);
  CHECK(simulation.runs.size() == 4);
  CHECK(
      simulation.reason ==
      "not up to date after 4 runs: the last window ends at 2023-05-01 00:00:00, 163 days 10 h 11 min 12 s before now");
  CHECK(simulation.next_step == "allow more runs, about 6 are left, or set a greater snowplow__backfill_limit_days");
  input.max_runs = 10;
  CHECK(up_to_date(simulate(input)));
  input.max_runs = 0;
  CHECK(simulate(input).end == SimulationEnd::kMaxRuns);
}

TEST_CASE("the latest event of a window and the first one after it") {
  const EventTimes events{at("2023-01-01"),
                          at("2023-01-10 12:30:00"),
                          hours(1),
                          {{at("2023-01-02"), at("2023-01-03")}, {at("2023-01-02 12:00:00"), at("2023-01-04")}},
                          {at("2023-01-02 06:00:00"), at("2023-01-20")}};
  const auto latest = [&](std::string_view lower, std::string_view upper) {
    const auto found = events.latest_in(at(lower), at(upper));
    return found ? to_text(*found) : "none";
  };
  CHECK(latest("2022-01-01", "2022-12-31") == "none");
  CHECK(latest("2023-01-01", "2023-01-01") == "2023-01-01 00:00:00");
  CHECK(latest("2023-01-01 00:10:00", "2023-01-01 00:50:00") == "none");
  CHECK(latest("2023-01-01", "2023-01-01 05:59:59.999999") == "2023-01-01 05:00:00");
  // Gaps are open at both ends, may overlap, and hold single events.
  CHECK(latest("2023-01-01", "2023-01-02") == "2023-01-02 00:00:00");
  CHECK(latest("2023-01-01", "2023-01-02 05:00:00") == "2023-01-02 00:00:00");
  CHECK(latest("2023-01-01", "2023-01-03 12:00:00") == "2023-01-02 06:00:00");
  CHECK(latest("2023-01-02 07:00:00", "2023-01-03 23:00:00") == "none");
  CHECK(latest("2023-01-02 07:00:00", "2023-01-04") == "2023-01-04 00:00:00");
  CHECK(latest("2023-01-01", "2023-01-19") == "2023-01-10 12:00:00");
  CHECK(latest("2023-01-01", "2024-01-01") == "2023-01-20 00:00:00");
  CHECK(latest("2023-01-05", "2023-01-04") == "none");
  const auto first = [&](std::string_view after, std::string_view until) {
    const auto found = events.first_after(at(after), at(until));
    return found ? to_text(*found) : "none";
  };
  CHECK(first("2022-01-01", "2024-01-01") == "2023-01-01 00:00:00");
  CHECK(first("2023-01-01", "2024-01-01") == "2023-01-01 01:00:00");
  CHECK(first("2023-01-02", "2024-01-01") == "2023-01-02 06:00:00");
  CHECK(first("2023-01-02 06:00:00", "2024-01-01") == "2023-01-04 00:00:00");
  CHECK(first("2023-01-02 06:00:00", "2023-01-03 23:59:59") == "none");
  CHECK(first("2023-01-10 12:00:00", "2024-01-01") == "2023-01-20 00:00:00");
  CHECK(first("2023-01-20", "2024-01-01") == "none");
}

TEST_CASE("the number of runs that dense events need") {
  const Instant start = at("2023-01-01");
  CHECK(runs_needed(start, start + days(90), days(30)) == 3);
  CHECK(runs_needed(start, start + days(90) + seconds(1), days(30)) == 4);
  CHECK(runs_needed(start, start, days(30)) == 1);
  CHECK(runs_needed(start, start - days(1), days(30)) == 1);
  CHECK(runs_needed(start, start + hours(25), hours(12)) == 3);
  CHECK(!runs_needed(start, start + days(1), days(0)));
  CHECK(!runs_needed(start, start + days(1), -days(1)));
}

}  // namespace
}  // namespace plowline
