// Random packages, compared with the slow machine of random_packages.h; then what must hold of any simulation.
#include <algorithm>
#include <cstdint>
#include <doctest/doctest.h>
#include <functional>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "backfill/simulate.h"
#include "random_packages.h"
#include "simulations.h"

namespace plowline {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using testing::all_events;
using testing::at;
using testing::kZero;
using testing::Random;
using testing::random_input;
using testing::random_whole_input;
using testing::Rows;
using testing::SlowMachine;
using testing::states_of;
using testing::text_of;

using Names = std::vector<std::string>;

void for_random(std::uint64_t count, const std::function<void(Random&)>& check) {
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    check(random);
  }
}

bool is_stuck(const Simulation& simulation) {
  return simulation.end != SimulationEnd::kUpToDate && simulation.end != SimulationEnd::kMaxRuns;
}

std::vector<Instant> successes(const Rows& rows, const Names& models) {
  std::vector<Instant> times;
  for (const ManifestRow& row : rows) {
    if (std::ranges::find(models, row.model) != models.end()) times.push_back(row.last_success);
  }
  return times;
}

TEST_CASE("property: every run is that of the machine as it is described, and all ends occur") {
  std::map<SimulationEnd, int> ends;
  for_random(400, [&](Random& random) {
    const SimulationInput input = random_input(random);
    const Simulation simulation = simulate(input);
    ++ends[simulation.end];
    SlowMachine slow(input);
    Instant now = input.now;
    for (const SimulatedRun& run : simulation.runs) {
      REQUIRE(text_of(run.window) == slow.run(now));
      REQUIRE(run.rows == slow.rows());
      now += input.run_takes;
    }
    CHECK(!simulation.reason.empty());
    CHECK(simulation.next_step.empty() == (simulation.end == SimulationEnd::kUpToDate));
  });
  for (const SimulationEnd end :
       {SimulationEnd::kUpToDate, SimulationEnd::kStuckState2, SimulationEnd::kStuckState3, SimulationEnd::kNoEvents,
        SimulationEnd::kGap, SimulationEnd::kNothingRun, SimulationEnd::kMaxRuns, SimulationEnd::kRowInFuture}) {
    CAPTURE(to_string(end));
    CHECK(ends[end] > 0);
  }
}

TEST_CASE("property: what is called stuck does not move in any later run, and nothing else is") {
  for_random(300, [](Random& random) {
    const SimulationInput input = random_input(random);
    const Simulation simulation = simulate(input);
    SlowMachine slow(input);
    Instant now = input.now;
    std::vector<Rows> after;
    for (std::size_t i = 0; i < simulation.runs.size() + 40; ++i) {
      slow.run(now);
      after.push_back(slow.rows());
      now += input.run_takes;
    }
    if (is_stuck(simulation)) {
      CHECK(after.back() == simulation.runs.back().rows);
      // The last two runs show it.
      REQUIRE(simulation.runs.size() >= 2);
      CHECK(simulation.runs[simulation.runs.size() - 2].rows == simulation.runs.back().rows);
      // It was seen at once: the run before moved something, or there was none.
      const std::size_t count = simulation.runs.size();
      const bool waited = input.run_takes > microseconds(0);
      if (count >= 3 && !waited) CHECK(simulation.runs[count - 3].rows == simulation.runs[count - 2].rows);
      if (count >= 4 && !waited) CHECK(simulation.runs[count - 4].rows != simulation.runs[count - 3].rows);
    }
  });
}

TEST_CASE("property: up to date means that no event before now waits") {
  for_random(400, [](Random& random) {
    const SimulationInput input = random_input(random);
    const Simulation simulation = simulate(input);
    if (simulation.end != SimulationEnd::kUpToDate) return;
    const SimulatedRun& last = simulation.runs.back();
    const Instant now = input.now + input.run_takes * static_cast<std::int64_t>(simulation.runs.size() - 1);
    CHECK(last.window.upper_limit == now);
    const auto times = successes(last.rows, input.models);
    CHECK(times.size() == input.models.size());
    for (const Instant time : times) CHECK(time == times[0]);
    for (const Instant event : all_events(input.events)) CHECK((event > now || event <= times[0]));
    // And it is the first run of which that holds.
    for (std::size_t i = 0; i + 1 < simulation.runs.size(); ++i) {
      const auto before = successes(simulation.runs[i].rows, input.models);
      const RunWindow& window = simulation.runs[i].window;
      const bool equal = before.size() == input.models.size() &&
                         std::ranges::count(before, before[0]) == static_cast<std::ptrdiff_t>(before.size());
      CHECK(!(window.reaches_now && equal && !window.empty()));
    }
  });
}

TEST_CASE("property: a run moves no row back, takes none away, and touches only what is selected") {
  for_random(400, [](Random& random) {
    const SimulationInput input = random_input(random);
    const Simulation simulation = simulate(input);
    Rows before = input.rows;
    for (const SimulatedRun& run : simulation.runs) {
      CHECK(std::ranges::is_sorted(run.rows, {}, &ManifestRow::model));
      for (const ManifestRow& row : before) {
        const bool kept = std::ranges::any_of(run.rows, [&](const ManifestRow& now) {
          return now.model == row.model && now.last_success >= row.last_success;
        });
        CHECK(kept);
      }
      CHECK(run.rows.size() >= before.size());
      for (const ManifestRow& row : run.rows) {
        if (std::ranges::find(before, row) != before.end()) continue;
        CHECK(std::ranges::find(input.selected, row.model) != input.selected.end());
        CHECK(run.latest_event == row.last_success);
        CHECK(row.last_success >= run.window.lower_limit);
        CHECK(row.last_success <= run.window.upper_limit);
      }
      before = run.rows;
    }
  });
}

TEST_CASE("property: a window ends before it begins only where start date or rows lie too late") {
  for_random(400, [](Random& random) {
    const SimulationInput input = random_input(random);
    const Simulation simulation = simulate(input);
    Rows before = input.rows;
    Instant now = input.now;
    for (const SimulatedRun& run : simulation.runs) {
      const auto times = successes(before, input.models);
      const RunWindow& window = run.window;
      CHECK(window.empty() == (window.lower_limit > window.upper_limit));
      CHECK(window.upper_limit <= std::max(now, times.empty() ? now : std::ranges::max(times)));
      if (window.empty()) {
        const Instant start = input.settings.start_date;
        const bool explained = (window.state == RunState::kNoRows && start > now) ||
                               (window.state == RunState::kNewModel && start > std::ranges::max(times)) ||
                               (window.state == RunState::kStandard && times[0] - input.settings.lookback > now);
        CHECK(explained);
        CHECK(!run.latest_event);
      }
      before = run.rows;
      now += input.run_takes;
    }
    if (!simulation.runs.empty() && simulation.runs.back().window.empty() && is_stuck(simulation) &&
        simulation.end != SimulationEnd::kNothingRun &&
        simulation.reason.find("more than one row") == std::string::npos) {
      const bool told = simulation.reason.find("the window ends before it begins") != std::string::npos ||
                        simulation.reason.find("never get") != std::string::npos;
      CHECK(told);
    }
  });
}

TEST_CASE("property: with dense events a fresh backfill takes exactly the runs of the formula") {
  for_random(300, [](Random& random) {
    SimulationInput input;
    input.models = input.selected = {"a", "b"};
    input.settings.start_date = kZero + random.up_to(days(50));
    input.settings.lookback = random.any_of({hours(0), hours(6), hours(48)});
    input.events.step = random.any_of({minutes(1), minutes(10), minutes(45)});
    // A multiple of the step: no run loses a part of its limit.
    input.settings.backfill_limit = input.events.step * static_cast<std::int64_t>(32 + random.below(3000));
    input.now = input.settings.start_date + random.up_to(days(200));
    input.events.first = input.settings.start_date;
    input.events.last = input.now;
    const Simulation simulation = simulate(input);
    CHECK(simulation.end == SimulationEnd::kUpToDate);
    CHECK(simulation.runs.size() ==
          runs_needed(input.settings.start_date, input.now, input.settings.backfill_limit).value());
    CHECK(states_of(simulation) == "1" + std::string(simulation.runs.size() - 1, '4'));
    // Where it is none, at most a step of each run is lost.
    input.settings.backfill_limit += random.up_to(input.events.step);
    const Simulation other = simulate(input);
    CHECK(other.end == SimulationEnd::kUpToDate);
    CHECK(other.runs.size() <=
          runs_needed(input.settings.start_date, input.now, input.settings.backfill_limit - input.events.step).value());
  });
}

TEST_CASE("property: more events, or a greater limit, never take more runs") {
  for_random(400, [](Random& random) {
    SimulationInput input = random_whole_input(random);
    const Simulation fewer = simulate(input);
    SimulationInput wider = input;
    wider.settings.backfill_limit += random.up_to(days(20));
    for (std::uint64_t i = 1 + random.below(20); i > 0; --i)
      input.events.extra.push_back(kZero + random.up_to(days(320)));
    std::ranges::sort(input.events.extra);
    if (random.one_in(2)) input.events.gaps.clear();
    if (fewer.end != SimulationEnd::kUpToDate) return;
    for (const SimulationInput& better : {input, wider}) {
      const Simulation more = simulate(better);
      CHECK(more.end == SimulationEnd::kUpToDate);
      CHECK(more.runs.size() <= fewer.runs.size());
    }
  });
}

TEST_CASE("property: what follows from a manifest does not hang on how it came about") {
  for_random(300, [](Random& random) {
    const SimulationInput input = random_input(random);
    const Simulation whole = simulate(input);
    if (whole.runs.size() < 2) return;
    const std::size_t done = 1 + random.below(whole.runs.size() - 1);
    SimulationInput rest = input;
    rest.rows = whole.runs[done - 1].rows;
    rest.now += input.run_takes * static_cast<std::int64_t>(done);
    rest.max_runs -= done;
    const Simulation tail = simulate(rest);
    CHECK(tail.end == whole.end);
    for (std::size_t i = 0; i + done < whole.runs.size() && i < tail.runs.size(); ++i)
      CHECK(text_of(tail.runs[i].window) == text_of(whole.runs[done + i].window));
  });
}

std::optional<int> number_after(const std::string& text, const std::string& words) {
  std::smatch match;
  if (!std::regex_search(text, match, std::regex(words + "([0-9]+)"))) return std::nullopt;
  return std::stoi(match[1]);
}

TEST_CASE("property: the next step gets it going again") {
  int gaps = 0;
  int timestamps = 0;
  int starts = 0;
  for_random(800, [&](Random& random) {
    SimulationInput input = random_whole_input(random);
    const Simulation stuck = simulate(input);
    if (!is_stuck(stuck)) return;
    const Rows before = stuck.runs.back().rows;
    input.rows = before;
    if (const auto limit = number_after(stuck.next_step, "^set snowplow__backfill_limit_days to ")) {
      input.settings.backfill_limit = days(*limit);
      CHECK(simulate(input).runs[0].rows != before);
      input.settings.backfill_limit = days(*limit - 1);
      if (*limit > 1) CHECK(simulate(input).runs[0].rows == before);
      ++gaps;
    }
    std::smatch match;
    if (std::regex_search(stuck.next_step, match, std::regex("timestamp '([^']+)' where model in \\(([^)]+)\\)"))) {
      const std::string models = match[2];
      for (ManifestRow& row : input.rows) {
        if (models.find("'" + row.model + "'") != std::string::npos) row.last_success = at(match[1].str());
      }
      CHECK(simulate(input).runs[0].window.state == RunState::kStandard);
      ++timestamps;
    }
    if (std::regex_search(stuck.next_step, match,
                          std::regex("^set snowplow__start_date to ([0-9-]+( [0-9:.]+)?), where"))) {
      input.settings.start_date = at(match[1].str());
      CHECK(simulate(input).runs[0].rows != before);
      ++starts;
    }
  });
  CHECK(gaps > 10);
  CHECK(timestamps > 10);
  CHECK(starts > 10);
}

}  // namespace
}  // namespace plowline
