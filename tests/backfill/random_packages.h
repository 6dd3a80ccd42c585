// Random packages for property tests, and the machine of run limits as the packages' macros describe it: a slow one
// that knows every event by its time and every row by its place.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "backfill/simulate.h"
#include "simulations.h"

namespace plowline::testing {

using Rows = std::vector<ManifestRow>;

// splitmix64: the same numbers with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t bound) {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return (z ^ (z >> 31U)) % bound;
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  std::chrono::microseconds up_to(std::chrono::microseconds most) {
    return std::chrono::microseconds(static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most.count()) + 1)));
  }
  std::chrono::microseconds any_of(const std::vector<std::chrono::microseconds>& spans) {
    return spans[below(spans.size())];
  }

 private:
  std::uint64_t state_;
};

inline std::vector<Instant> all_events(const EventTimes& events) {
  std::vector<Instant> times = events.extra;
  for (Instant time = events.first; time <= events.last; time += events.step) {
    bool lost = false;
    for (const EventTimes::Gap& gap : events.gaps) lost = lost || (time > gap.after && time < gap.before);
    if (!lost) times.push_back(time);
  }
  std::ranges::sort(times);
  return times;
}

class SlowMachine {
 public:
  explicit SlowMachine(const SimulationInput& input) : input_(input), events_(all_events(input.events)) {
    for (const ManifestRow& row : input.rows) rows_.emplace_back(row.model, row.last_success);
  }

  // One run: its state and window.
  std::string run(Instant now) {
    const auto [state, lower, upper] = limits(now);
    std::optional<Instant> latest;
    for (auto event = events_.rbegin(); event != events_.rend() && !latest; ++event) {
      if (*event >= lower && *event <= upper && *event <= now) latest = *event;
    }
    if (latest) finish(*latest);
    return std::to_string(state) + " " + to_text(lower) + " to " + to_text(upper);
  }

  Rows rows() const {
    Rows rows;
    for (const auto& [model, time] : rows_) rows.push_back({model, time});
    std::ranges::sort(rows, [](const auto& a, const auto& b) {
      return a.model != b.model ? a.model < b.model : a.last_success < b.last_success;
    });
    return rows;
  }
  const std::vector<Instant>& events() const { return events_; }

 private:
  std::tuple<int, Instant, Instant> limits(Instant now) const {
    const RunSettings& s = input_.settings;
    std::vector<Instant> in_run;
    for (const auto& [model, time] : rows_) {
      if (std::ranges::find(input_.models, model) != input_.models.end()) in_run.push_back(time);
    }
    if (in_run.empty()) return {1, s.start_date, std::min(s.start_date + s.backfill_limit, now)};
    const Instant least = *std::ranges::min_element(in_run);
    const Instant most = *std::ranges::max_element(in_run);
    if (in_run.size() != input_.models.size())
      return {2, s.start_date, std::min(most, s.start_date + s.backfill_limit)};
    if (least != most) return {3, least - s.lookback, std::min(most, least + s.backfill_limit)};
    return {4, least - s.lookback, std::min(least + s.backfill_limit, now)};
  }

  void finish(Instant latest) {
    for (const std::string& model : input_.selected) {
      if (std::ranges::find(input_.models, model) == input_.models.end()) continue;
      std::vector<Instant*> mine;
      for (auto& [name, time] : rows_) {
        if (name == model) mine.push_back(&time);
      }
      if (mine.empty()) rows_.emplace_back(model, latest);
      if (mine.size() == 1) *mine[0] = std::max(*mine[0], latest);
    }
  }

  const SimulationInput& input_;
  std::vector<Instant> events_;
  std::vector<std::pair<std::string, Instant>> rows_;
};

inline const Instant kZero = at("2023-01-01");

inline EventTimes random_events(Random& random) {
  EventTimes events;
  events.first = kZero + random.up_to(std::chrono::days(40)) - std::chrono::days(10);
  if (random.one_in(2)) events.first = kZero;
  events.last = events.first + random.up_to(std::chrono::days(300));
  events.step = random.any_of(
      {std::chrono::minutes(45), std::chrono::hours(3),
       std::chrono::hours(3) + std::chrono::minutes(7) + std::chrono::seconds(11) + std::chrono::microseconds(7),
       std::chrono::days(1), std::chrono::days(9)});
  for (std::uint64_t i = random.below(4); i > 0; --i) {
    const Instant after = events.first + random.up_to(std::chrono::days(200));
    events.gaps.push_back({after, after + random.up_to(std::chrono::days(50))});
  }
  for (std::uint64_t i = random.below(4); i > 0; --i)
    events.extra.push_back(kZero + random.up_to(std::chrono::days(300)));
  std::ranges::sort(events.extra);
  return events;
}

// Mostly an event's own time.
inline Instant random_success(Random& random, const SimulationInput& input) {
  const Instant time = kZero + random.up_to(std::chrono::days(250));
  if (random.one_in(3)) return time;
  return input.events.latest_in(kZero - std::chrono::days(10), time).value_or(time);
}

inline Rows random_rows(Random& random, const SimulationInput& input) {
  Rows rows;
  if (random.one_in(3)) return rows;
  const Instant common = random_success(random, input);
  for (const std::string& model : input.models) {
    if (random.one_in(6)) continue;
    rows.push_back({model, random.one_in(2) ? common : random_success(random, input)});
    if (random.one_in(25)) rows.push_back({model, common});
  }
  if (random.one_in(5)) rows.push_back({"of_another", common + std::chrono::days(3)});
  return rows;
}

inline SimulationInput random_input(Random& random) {
  SimulationInput input;
  input.events = random_events(random);
  input.settings.start_date = kZero + (random.one_in(2) ? std::chrono::days(0) : std::chrono::days(random.below(60)));
  input.settings.backfill_limit = random.any_of({std::chrono::hours(12), std::chrono::days(1), std::chrono::hours(30),
                                                 std::chrono::days(7), std::chrono::days(30), std::chrono::days(45)});
  input.settings.lookback = random.any_of({std::chrono::hours(0), std::chrono::hours(6), std::chrono::hours(48)});
  input.now = kZero + random.up_to(std::chrono::days(320));
  const std::vector<std::string> names{"a", "b", "c", "d"};
  input.models.assign(names.begin(), names.begin() + 1 + static_cast<std::ptrdiff_t>(random.below(4)));
  for (const std::string& model : input.models) {
    if (!random.one_in(8)) input.selected.push_back(model);
  }
  input.rows = random_rows(random, input);
  if (random.one_in(3))
    input.run_takes = random.any_of({std::chrono::minutes(12), std::chrono::hours(6), std::chrono::days(2)});
  input.max_runs = 1500;
  return input;
}

// Every row can be brought forward.
inline SimulationInput random_whole_input(Random& random) {
  SimulationInput input = random_input(random);
  input.selected = input.models;
  input.run_takes = std::chrono::microseconds(0);
  std::set<std::string> seen;
  std::erase_if(input.rows, [&](const ManifestRow& row) { return !seen.insert(row.model).second; });
  return input;
}

}  // namespace plowline::testing
