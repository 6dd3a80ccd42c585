#include "backfill/simulate.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <string>
#include <vector>

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
using testing::text_of;

using Names = std::vector<std::string>;

// Production's last_success, the time of an event.
const Instant kP = at("2023-10-11 09:10:00");
const Names kThree{"a", "b", "new"};

// Production with a row for the new model.
SimulationInput merged_with_row(Instant others, Instant new_row) {
  SimulationInput input = dense_input(kThree);
  input.rows = {{"a", others}, {"b", others}, {"new", new_row}};
  return input;
}

std::string rows_text(const SimulatedRun& run) {
  std::string text;
  for (const ManifestRow& row : run.rows)
    text += (text.empty() ? "" : "; ") + row.model + " " + to_text(row.last_success);
  return text;
}

bool up_to_date(const Simulation& simulation) {
  return simulation.end == SimulationEnd::kUpToDate;
}

TEST_CASE("a fresh backfill takes as many runs as its limit goes into its time") {
  SimulationInput input = dense_input();
  for (const auto& [limit, runs] : {std::pair(30, 10UL), std::pair(90, 4UL), std::pair(1, 284UL)}) {
    CAPTURE(limit);
    input.settings.backfill_limit = days(limit);
    const Simulation simulation = simulate(input);
    CHECK(up_to_date(simulation));
    CHECK(simulation.runs.size() == runs);
    CHECK(runs_needed(input.settings.start_date, input.now, days(limit)) == runs);
    CHECK(simulation.runs.back().window.reaches_now);
    CHECK(simulation.next_step == "");
  }
  input.settings.backfill_limit = days(30);
  const Simulation simulation = simulate(input);
  CHECK(simulation.reason ==
        "up to date after 10 runs: the last window ends at 2023-10-11 10:11:12, the time of the run");
  CHECK(text_of(simulation.runs[0].window) == "1 2023-01-01 00:00:00 to 2023-01-31 00:00:00");
  CHECK(text_of(simulation.runs[1].window) == "4 2023-01-30 18:00:00 to 2023-03-02 00:00:00");
  CHECK(rows_text(simulation.runs[9]) == "my_new_model 2023-10-11 10:10:00");
}

TEST_CASE("without models_to_run a model that is not selected keeps a fresh package in state 2 for ever") {
  SimulationInput input = dense_input({"mine", "other", "third"});
  input.selected = {"mine"};
  input.settings.backfill_limit = days(90);
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kStuckState2);
  CHECK(states_of(simulation) == "122");
  CHECK(text_of(simulation.runs[0].window) == "1 2023-01-01 00:00:00 to 2023-04-01 00:00:00");
  CHECK(text_of(simulation.runs[1].window) == "2 2023-01-01 00:00:00 to 2023-04-01 00:00:00");
  CHECK(simulation.runs[2].window == simulation.runs[1].window);
  CHECK(simulation.reason ==
        "other and third (not selected) never get a row: 1 row is counted for 3 models, and every run repeats the "
        "window 2023-01-01 00:00:00 to 2023-04-01 00:00:00");
  CHECK(simulation.next_step ==
        "run other and third too, leave them out of models_to_run, or disable them (enabled: false)");
}

TEST_CASE("the window of state 2 ends with the latest last_success, which is before the first window's end") {
  SimulationInput input = dense_input({"mine", "other"});
  input.selected = {"mine"};
  input.settings = {at("2026-05-05"), days(60), hours(6)};
  input.now = at("2026-11-21 02:10:00");
  input.events = {
      at("2026-05-05 00:17:23.482"), at("2026-11-20 22:25:21.482"), hours(3) + minutes(7) + seconds(11), {}, {}};
  const Simulation simulation = simulate(input);
  CHECK(states_of(simulation) == "122");
  CHECK(text_of(simulation.runs[0].window) == "1 2026-05-05 00:00:00 to 2026-07-04 00:00:00");
  CHECK(text_of(simulation.runs[1].window) == "2 2026-05-05 00:00:00 to 2026-07-03 22:28:54.482");
  CHECK(text_of(simulation.runs[2].window) == "2 2026-05-05 00:00:00 to 2026-07-03 22:28:54.482");
}

TEST_CASE("why a model is not run is told where it is known") {
  SimulationInput input = dense_input({"mine", "other", "third"});
  input.selected = {"mine"};
  input.why_not_run = {{"third", "ephemeral"}};
  CHECK(simulate(input).reason.starts_with(
      "third (ephemeral), other (not selected) never get a row: 1 row is counted for 3 models, "));
}

TEST_CASE("a gap in the events that is longer than the limit is never crossed") {
  SimulationInput input = dense_input();
  input.events.gaps = {{at("2023-03-01"), at("2023-04-09")}};
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kGap);
  CHECK(states_of(simulation) == "1444");
  CHECK(rows_text(simulation.runs[1]) == "my_new_model 2023-03-01 00:00:00");
  CHECK(simulation.runs[2].rows == simulation.runs[1].rows);
  CHECK(simulation.runs[3].window == simulation.runs[2].window);
  CHECK(simulation.reason ==
        "no event lies between 2023-03-01 00:00:00 and 2023-04-09 00:00:00, 39 days, which is longer than the limit of "
        "30 days: every run repeats the window 2023-02-28 18:00:00 to 2023-03-31 00:00:00");
  CHECK(simulation.next_step ==
        "set snowplow__backfill_limit_days to 39 or more for one run, then back; or, where what lies before the gap is "
        "not needed, begin anew with snowplow__start_date 2023-04-09");
  // As it says.
  input.rows = simulation.runs.back().rows;
  input.settings.backfill_limit = days(39);
  CHECK(to_text(simulate(input).runs[0].rows[0].last_success) == "2023-04-09 00:00:00");
  input.settings.backfill_limit = days(38);
  CHECK(simulate(input).end == SimulationEnd::kGap);
}

TEST_CASE("a gap stops a backfill wherever it lies, and only if it is longer than the limit") {
  for (int day = 0; day < 240; day += 3) {
    CAPTURE(day);
    SimulationInput input = dense_input();
    input.events.step = hours(3);
    const Instant after = input.settings.start_date + days(day);
    input.events.gaps = {{after, after + days(30) + hours(3)}};
    const Simulation stuck = simulate(input);
    CHECK(stuck.end == SimulationEnd::kGap);
    CHECK(stuck.runs.back().rows[0].last_success == after);
    input.events.gaps = {{after, after + days(30)}};
    CHECK(up_to_date(simulate(input)));
    input.events.gaps = {{after, after + days(30) + hours(3)}};
    input.settings.backfill_limit = days(31);
    CHECK(up_to_date(simulate(input)));
  }
}

TEST_CASE("a gap in what a lagging model has to catch up on stops production in state 3") {
  SimulationInput input = merged_with_row(kP, at("2023-02-20"));
  input.events.gaps = {{at("2023-03-01"), at("2023-04-09")}};
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kGap);
  CHECK(states_of(simulation) == "333");
  CHECK(simulation.next_step == "set snowplow__backfill_limit_days to 39 or more for one run, then back");
}

TEST_CASE("events that ended longer ago than the limit: nothing waits, but what comes is not reached") {
  SimulationInput input = dense_input();
  input.events.last = at("2023-08-01");
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kGap);
  CHECK(simulation.reason ==
        "no event lies between 2023-08-01 00:00:00, the last_success of the models, and now, 71 days 10 h 11 min 12 s, "
        "which is longer than the limit of 30 days: every run repeats the window 2023-07-31 18:00:00 to 2023-08-31 "
        "00:00:00, and events that arrive now are not reached");
  CHECK(simulation.next_step ==
        "nothing waits yet; when events arrive, set snowplow__backfill_limit_days to 72 or more for one run");
}

TEST_CASE("no event in the first window: state 1 for ever") {
  SimulationInput input = dense_input();
  input.events.first = at("2023-03-15");
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kNoEvents);
  CHECK(states_of(simulation) == "11");
  CHECK(text_of(simulation.runs[1].window) == "1 2023-01-01 00:00:00 to 2023-01-31 00:00:00");
  CHECK(simulation.runs[1].rows.empty());
  CHECK(simulation.reason ==
        "no event lies in the first window, 2023-01-01 00:00:00 to 2023-01-31 00:00:00: no row is ever written, and "
        "every run repeats it");
  CHECK(simulation.next_step ==
        "set snowplow__start_date to 2023-03-15, where the first event lies, or snowplow__backfill_limit_days to 73 or "
        "more for the first run");
  // As it says.
  input.settings.backfill_limit = days(73);
  CHECK(up_to_date(simulate(input)));
  input.settings = {at("2023-03-15"), days(30), hours(6)};
  CHECK(up_to_date(simulate(input)));
}

TEST_CASE("no event at all, and a start date in the future") {
  SimulationInput input = dense_input();
  input.events.first = input.events.last = at("2022-12-31");
  CHECK(simulate(input).end == SimulationEnd::kNoEvents);
  CHECK(
      simulate(input).next_step.starts_with("no later event lies before now either: check which events this target "));
  input = dense_input();
  input.settings.start_date = at("2024-01-01");
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kNoEvents);
  CHECK(simulation.runs[0].window.empty());
  CHECK(
      simulation.reason ==
      "the start date 2024-01-01 00:00:00 lies after the time of the run, 2023-10-11 10:11:12: the window ends before "
      "it begins, and no row is written");
}

TEST_CASE("a row behind production's is brought up in state 3, whether its time is an event's or not") {
  for (const auto off : {seconds(0), seconds(7)}) {
    const Simulation simulation = simulate(merged_with_row(kP, kP - days(2) - off));
    CHECK(up_to_date(simulation));
    CHECK(states_of(simulation) == "34");
    CHECK(simulation.runs[0].window.upper_limit == kP);
    CHECK(simulation.reason ==
          "up to date after 2 runs: the last window ends at 2023-10-11 10:11:12, the time of the run; in the first run "
          "no model gets events after 2023-10-11 09:10:00");
  }
  const Simulation far = simulate(merged_with_row(kP, kP - days(100)));
  CHECK(up_to_date(far));
  CHECK(states_of(far) == "33334");
}

TEST_CASE("a row ahead of production's is reached where its time is an event's") {
  const Simulation simulation = simulate(merged_with_row(kP - minutes(20), kP));
  CHECK(up_to_date(simulation));
  CHECK(states_of(simulation) == "34");
  CHECK(simulation.runs[0].window.upper_limit == kP);
  CHECK(states_of(simulate(merged_with_row(kP, kP))) == "4");
}

TEST_CASE("a row ahead of production's at a time that no event has stops production for ever") {
  const SimulationInput input = merged_with_row(kP - minutes(20), kP - seconds(7));
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kStuckState3);
  CHECK(states_of(simulation) == "333");
  CHECK(rows_text(simulation.runs.back()) == "a 2023-10-11 09:00:00; b 2023-10-11 09:00:00; new 2023-10-11 09:09:53");
  CHECK(simulation.reason ==
        "no event has the time 2023-10-11 09:09:53, the last_success of new: the other models stay at 2023-10-11 "
        "09:00:00, the package is never in sync again, and every run repeats the window 2023-10-11 03:00:00 to "
        "2023-10-11 09:09:53");
  CHECK(simulation.next_step ==
        "set the last_success of new to that of the other models, 2023-10-11 09:00:00: update MANIFEST_TABLE set "
        "last_success = timestamp '2023-10-11 09:00:00' where model in ('new') (an earlier time would do no harm, a "
        "later one that no event has would)");
  // Later events do not help, neither does a greater limit.
  SimulationInput later = input;
  later.events.last = later.now = at("2024-10-11");
  CHECK(simulate(later).end == SimulationEnd::kStuckState3);
  later.settings.backfill_limit = days(3650);
  CHECK(simulate(later).end == SimulationEnd::kStuckState3);
  // As it says.
  SimulationInput cured = input;
  cured.rows = simulation.runs.back().rows;
  cured.rows[2].last_success = at("2023-10-11 09:00:00");
  CHECK(states_of(simulate(cured)) == "4");
}

TEST_CASE("a name that SQL might not take as it is stands in no statement") {
  SimulationInput input = dense_input({"a", "it's\n"});
  input.rows = {{"a", kP - minutes(20)}, {"it's\n", kP - seconds(7)}};
  CHECK(simulate(input).next_step ==
        "set the last_success of it's\\n to that of the other models, 2023-10-11 09:00:00");
}

TEST_CASE("a model that is excluded in production: state 4 once, then state 3 for ever") {
  SimulationInput input = merged_with_row(kP, kP);
  input.selected = {"a", "b"};
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kStuckState3);
  CHECK(states_of(simulation) == "433");
  CHECK(simulation.reason ==
        "new (not selected) stays at 2023-10-11 09:10:00 while others have reached 2023-10-11 10:10:00: the package "
        "stays out of sync, and every run repeats the window 2023-10-11 03:10:00 to 2023-10-11 10:10:00");
}

TEST_CASE("the row at a time that no event has is the cause, whether its model is selected or not") {
  SimulationInput input = merged_with_row(kP - minutes(20), kP - seconds(7));
  input.selected = {"a", "b"};
  CHECK(simulate(input).reason.starts_with("no event has the time 2023-10-11 09:09:53, the last_success of new: "));
}

TEST_CASE("merged without a row: production stands until the new model has caught up") {
  SimulationInput input = dense_input(kThree);
  input.rows = {{"a", kP}, {"b", kP}};
  const Simulation simulation = simulate(input);
  CHECK(up_to_date(simulation));
  CHECK(states_of(simulation) == "23333333334");
  CHECK(text_of(simulation.runs[0].window) == "2 2023-01-01 00:00:00 to 2023-01-31 00:00:00");
  for (std::size_t i = 0; i < 10; ++i) CHECK(simulation.runs[i].rows[0].last_success == kP);
  CHECK(simulation.reason.ends_with("; in the first 10 runs no model gets events after 2023-10-11 09:10:00"));
}

TEST_CASE("a start date after every row: the window of state 2 ends before it begins, and that is told") {
  SimulationInput input = dense_input(kThree);
  input.rows = {{"a", kP}, {"b", kP}};
  input.settings.start_date = at("2023-10-11 10:00:00");
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kStuckState2);
  CHECK(states_of(simulation) == "22");
  CHECK(simulation.runs[0].window.empty());
  CHECK(simulation.reason ==
        "the start date 2023-10-11 10:00:00 lies after every last_success, of which 2023-10-11 09:10:00 is the latest: "
        "the window ends before it begins, so new never gets a row");
  CHECK(simulation.next_step == "set snowplow__start_date to a day before 2023-10-11 09:10:00");
}

TEST_CASE("state 2 without an event in its window") {
  SimulationInput input = dense_input(kThree);
  input.rows = {{"a", kP}, {"b", kP}};
  input.events.first = at("2023-03-15");
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kStuckState2);
  CHECK(
      simulation.reason ==
      "no event lies in the window 2023-01-01 00:00:00 to 2023-01-31 00:00:00, so new never gets a row, and every run "
      "repeats it");
  CHECK(simulation.next_step.starts_with("set snowplow__start_date to 2023-03-15, where the first event lies, or "));
}

TEST_CASE("a model with two rows fails in every run and is counted twice") {
  SimulationInput input = dense_input({"a", "b"});
  input.rows = {{"a", kP}, {"a", kP}, {"b", kP}};
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kStuckState2);
  CHECK(states_of(simulation) == "22");
  CHECK(simulation.reason ==
        "a has more than one row in the manifest: the model fails in every run (more than one row returned by a "
        "subquery), 3 rows are counted for 2 models, and every run repeats the window 2023-01-01 00:00:00 to "
        "2023-01-31 00:00:00");
  CHECK(simulation.next_step == "leave one row of a, the one with the earliest last_success");
  // Even where the number is right by accident, the failing model does not get up to date.
  input.rows = {{"a", kP}, {"a", kP}};
  const Simulation accident = simulate(input);
  CHECK(accident.end == SimulationEnd::kStuckState2);
  CHECK(states_of(accident) == "422");
  CHECK(rows_text(accident.runs[0]) == "a 2023-10-11 09:10:00; a 2023-10-11 09:10:00; b 2023-10-11 10:10:00");
}

TEST_CASE("two versions of one model are two models with one row") {
  SimulationInput input = dense_input({"mine", "mine"});
  const Simulation simulation = simulate(input);
  CHECK(simulation.end == SimulationEnd::kStuckState2);
  CHECK(simulation.reason ==
        "mine stands for more than one model, as the versions of a model share its name, but has one row: 1 row is "
        "counted for 2 models, and every run repeats the window 2023-01-01 00:00:00 to 2023-01-31 00:00:00");
}

TEST_CASE("nothing that runs writes no row") {
  SimulationInput input = dense_input({"a", "b"});
  input.selected = {};
  CHECK(simulate(input).end == SimulationEnd::kNothingRun);
  CHECK(simulate(input).reason.starts_with(
      "none of the models in run is run successfully: a and b (not selected); no row is ever written, "));
  // Neither is it up to date with rows, while events wait.
  input.rows = {{"a", kP}, {"b", kP}};
  CHECK(simulate(input).end == SimulationEnd::kNothingRun);
}

TEST_CASE("no model in run") {
  const Simulation simulation = simulate(dense_input({}));
  CHECK(simulation.end == SimulationEnd::kNoModels);
  CHECK(simulation.runs.empty());
  CHECK(simulation.reason == "no model is in run, and the package stops with 'No enabled models identified.'");
}

TEST_CASE("rows in the future") {
  SimulationInput input = merged_with_row(at("2030-01-01"), at("2030-01-01"));
  const Simulation all = simulate(input);
  CHECK(all.end == SimulationEnd::kRowInFuture);
  CHECK(all.runs[0].window.empty());
  // One of them keeps the others waiting, and the reason tells that it is not even time yet.
  const Simulation one = simulate(merged_with_row(kP, at("2030-01-01")));
  CHECK(one.end == SimulationEnd::kStuckState3);
  CHECK(one.reason.starts_with("no event has the time 2030-01-01 00:00:00 (it lies after now, 2023-10-11 10:11:12), "));
  // The others do follow the events until then.
  CHECK(one.runs.back().rows[0].last_success == at("2023-10-11 10:10:00"));
}

TEST_CASE("every end has a name of its own") {
  CHECK(to_string(SimulationEnd::kUpToDate) == "up-to-date");
  CHECK(to_string(SimulationEnd::kStuckState2) == "stuck-state-2");
  CHECK(to_string(SimulationEnd::kStuckState3) == "stuck-state-3");
  CHECK(to_string(SimulationEnd::kNoEvents) == "no-events");
  CHECK(to_string(SimulationEnd::kGap) == "gap");
  CHECK(to_string(SimulationEnd::kMaxRuns) == "max-runs");
  CHECK(to_string(SimulationEnd::kNoModels) == "no-models");
  CHECK(to_string(SimulationEnd::kNothingRun) == "nothing-run");
  CHECK(to_string(SimulationEnd::kRowInFuture) == "row-in-future");
}

}  // namespace
}  // namespace plowline
