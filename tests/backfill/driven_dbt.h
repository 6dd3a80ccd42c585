// A dbt for the tests of the loop: it lives in memory, prints what the run-limits machine says, and takes no time.
#pragma once

#include <algorithm>
#include <chrono>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backfill/drive.h"
#include "backfill/run_limits.h"
#include "backfill/simulate.h"

namespace plowline::testing::driving {

using Json = nlohmann::ordered_json;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

inline Instant at(std::string_view text) {
  const auto instant = instant_from(text);
  REQUIRE_MESSAGE(instant, text);
  return *instant;
}

// An event of `--log-format json`.
inline std::string event(Instant time, const std::string& message, const std::string& level = "info",
                         const std::string& node = {}) {
  std::string stamp = to_text(time);
  stamp[10] = 'T';
  Json info{{"category", ""},         {"code", ""},       {"extra", Json::object()}, {"invocation_id", "one"},
            {"level", level},         {"msg", message},   {"name", "Any"},           {"pid", 1},
            {"thread", "MainThread"}, {"ts", stamp + "Z"}};
  Json data{{"msg", message}};
  if (!node.empty()) data["node_info"] = {{"unique_id", node}};
  return Json{{"data", data}, {"info", info}}.dump();
}

inline std::string to_seconds(Instant time) {
  return to_text(std::chrono::floor<seconds>(time));
}

// What one package's part of a run prints.
struct PackageLog {
  std::string package = "snowplow_unified";
  RunWindow window;
  std::vector<std::string> built;
};

inline const std::map<int, std::string> kStateLines{{1, "No data in manifest. Processing data from start_date"},
                                                    {2, "New Snowplow incremental model. Backfilling"},
                                                    {3, "Snowplow incremental models out of sync. Syncing"},
                                                    {4, "Standard incremental run"}};

inline std::vector<std::string> good_log(Instant now, const std::vector<PackageLog>& packages) {
  std::vector<std::string> lines{event(now, "Running with dbt=1.11.14")};
  int number = 1;
  for (const PackageLog& log : packages) {
    const std::string limits = fmt::format("model.{0}.{0}_base_new_event_limits", log.package);
    lines.push_back(event(now, "1 of 9 START sql table model staging_scratch.limits  [RUN]", "info", limits));
    lines.push_back(
        event(now, "02:34:00 + Snowplow: " + kStateLines.at(static_cast<int>(log.window.state)), "info", limits));
    lines.push_back(
        event(now,
              fmt::format("02:34:00 + Snowplow: Processing data between '{}' and '{}' ({})",
                          to_seconds(log.window.lower_limit), to_seconds(log.window.upper_limit), log.package),
              "info", limits));
    lines.push_back(
        event(now, "1 of 9 OK created sql table model staging_scratch.limits  [SELECT 1 in 0.1s]", "info", limits));
    for (const std::string& model : log.built) {
      lines.push_back(
          event(now, fmt::format("{} of 9 OK created sql table model derived.{}  [SELECT 1 in 0.1s]", ++number, model),
                "info", "model.shop." + model));
    }
  }
  for (const PackageLog& log : packages) {
    lines.push_back(event(now, fmt::format("1 of 1 OK hook: {}.on-run-end.0 .... [OK in 0.03s]", log.package), "info",
                          fmt::format("operation.{0}.{0}-on-run-end-0", log.package)));
  }
  lines.push_back(event(now, "Completed successfully"));
  lines.push_back(event(now, "Done. PASS=9 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=9"));
  return lines;
}

inline std::vector<std::string> failed_log(Instant now, const RunWindow& window) {
  std::vector<std::string> lines = good_log(now, {{.window = window, .built = {}}});
  lines.resize(lines.size() - 3);
  const std::string node = "model.shop.my_new_model";
  lines.push_back(
      event(now, "2 of 9 ERROR creating sql incremental model derived.my_new_model  [ERROR in 0.1s]", "error", node));
  lines.push_back(event(now, "Completed with 1 error, 0 partial successes, and 0 warnings:"));
  lines.push_back(event(now, "Failure in model my_new_model (models/my_new_model.sql)", "error", node));
  lines.push_back(event(now, "  Database Error in model my_new_model (models/my_new_model.sql)\n  division by zero",
                        "error", node));
  lines.push_back(event(now, "Done. PASS=8 WARN=0 ERROR=1 SKIP=0 NO-OP=0 TOTAL=9"));
  return lines;
}

struct Step {
  std::vector<std::string> lines;
  ProcessEnd end;
  std::string last_words;
};

// A world in which each run takes ten seconds. `next` says what run n of this start prints; waits cost no time.
class World : public DriveWorld {
 public:
  std::function<Step(std::size_t)> next;
  Instant clock = at("2023-10-11 10:11:12");
  std::vector<seconds> waits;
  std::vector<DrivenRun> kept;
  std::size_t started = 0;
  std::size_t stopped = 0;
  int signal = 0;             // has come
  std::size_t signal_at = 0;  // comes while this run goes on, which ends well
  bool signal_in_wait = false;

  Result<DbtEnd> run_dbt(std::size_t, const DbtListener& listener) override {
    listener.on_start();
    const Step step = next(++started);
    for (const std::string& line : step.lines) listener.on_line(line);
    clock += seconds(10);
    if (step.end.interrupted_by != 0) signal = step.end.interrupted_by;
    if (started == signal_at) signal = 2;
    return DbtEnd{step.end, step.last_words};
  }
  void stop_dbt() override { ++stopped; }
  Instant now() override { return clock; }
  bool wait(seconds time) override {
    waits.push_back(time);
    if (signal_in_wait) signal = 2;
    return !signal_in_wait;
  }
  int interrupted() override { return signal; }
  Result<void> keep(const DrivenRun& run) override {
    if (!kept.empty() && kept.back().number == run.number) kept.pop_back();
    kept.push_back(run);
    return {};
  }
};

class Observer : public DriveObserver {
 public:
  struct Seen {
    std::size_t number;
    std::size_t done;
    std::optional<std::size_t> expected;
    std::optional<seconds> left;
    std::size_t windows;
  };
  std::vector<Seen> begun;
  std::vector<Seen> known;
  std::vector<std::string> remarks;

  void run_begins(const DriveProgress& progress) override { begun.push_back(seen(progress)); }
  void windows_known(const DriveProgress& progress) override { known.push_back(seen(progress)); }
  void remark(const std::string& text) override { remarks.push_back(text); }

 private:
  static Seen seen(const DriveProgress& progress) {
    return {progress.run.number, progress.done, progress.expected, progress.left, progress.run.windows.size()};
  }
};

// The warehouse behind a stub: rows, and the machine that Snowplow's packages are.
struct Machine {
  RunSettings settings{at("2023-01-01"), days(30), hours(6)};
  std::vector<std::string> models{"my_new_model"};
  std::vector<std::string> unbuilt;  // counted as well
  std::vector<ManifestRow> rows;
  EventTimes events{at("2023-01-01"), at("2023-10-11 10:10:00"), minutes(10), {}, {}};

  Step run(Instant now) {
    std::vector<std::string> counted = models;
    counted.insert(counted.end(), unbuilt.begin(), unbuilt.end());
    const RunWindow window = run_limits(rows, counted, settings, now);
    if (const auto last = events.latest_in(window.lower_limit, window.upper_limit)) {
      for (const std::string& model : models) {
        const auto row = std::ranges::find(rows, model, &ManifestRow::model);
        if (row == rows.end()) {
          rows.push_back({model, *last});
        } else {
          row->last_success = std::max(row->last_success, *last);
        }
      }
    }
    return {good_log(now, {{.window = window, .built = models}}), {}, {}};
  }
};

inline DriveRequest request_for(const Machine& machine) {
  DrivenPackage package{.package = "snowplow_unified",
                        .owner = "snowplow_unified",
                        .models = machine.models,
                        .without_row = {},
                        .settings = machine.settings};
  return {.packages = {package}, .earlier = {}};
}

struct Driven {
  DriveResult result;
  Observer observer;
};

inline Driven drive_all(const DriveRequest& request, World& world) {
  Driven driven;
  auto result = drive(request, world, driven.observer);
  REQUIRE(result);
  driven.result = std::move(*result);
  return driven;
}

inline Driven drive_machine(Machine& machine, World& world, DriveRequest request) {
  world.next = [&](std::size_t) { return machine.run(world.clock); };
  return drive_all(request, world);
}

inline RunWindow some_window() {
  return {RunState::kNoRows, at("2023-01-01"), at("2023-01-31"), false};
}

}  // namespace plowline::testing::driving
