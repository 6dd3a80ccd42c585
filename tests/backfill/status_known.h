// What the tests of `plowline backfill status` make a status from: runs as console text, rows, a project.
#pragma once

#include <chrono>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backfill/status.h"

namespace plowline::testing::standing {

inline Instant at(std::string_view text) {
  const auto instant = instant_from(text);
  REQUIRE(instant);
  return *instant;
}

constexpr std::string_view kP = "2026-11-20 22:25:21.482";  // the latest event
inline const Instant kNow = *instant_from("2026-11-21 03:00:00");

// A run of snowplow_unified, as its console text.
struct RunText {
  int state = 4;  // 0: no line
  std::string lower = "2026-11-20 16:25:21";
  std::string upper = "2026-11-21 02:00:00";  // empty: no line
  std::vector<std::string> models{"snowplow_unified_views", "my_new_model"};
  std::vector<std::string> before_end;  // further lines
  bool hook = true;
  std::string done = "Done. PASS=5 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=5";
  std::vector<std::string> after_end;
  std::string target = "prod";

  std::string text() const {
    constexpr const char* kLines[] = {"No data in manifest. Processing data from start_date",
                                      "New Snowplow incremental model. Backfilling",
                                      "Snowplow incremental models out of sync. Syncing", "Standard incremental run"};
    std::vector<std::string> lines{"Running with dbt=1.11.14", "Concurrency: 4 threads (target='" + target + "')"};
    const std::string limits = "sql table model s.snowplow_unified_base_new_event_limits  [";
    lines.push_back("1 of 9 START " + limits + "RUN]");
    if (state != 0) lines.push_back(std::string("10:00:00 + Snowplow: ") + kLines[state - 1]);
    if (!upper.empty())
      lines.push_back("10:00:00 + Snowplow: Processing data between '" + lower + "' and '" + upper +
                      "' (snowplow_unified)");
    lines.push_back("1 of 9 OK created " + limits + "SELECT 1 in 0.1s]");
    for (const std::string& model : models)
      lines.push_back("2 of 9 OK created sql incremental model s." + model + " ..... [INSERT 0 3 in 0.1s]");
    lines.insert(lines.end(), before_end.begin(), before_end.end());
    if (hook) lines.push_back("1 of 1 OK hook: snowplow_unified.on-run-end.0 ....... [OK in 0.03s]");
    if (!done.empty()) lines.push_back(done);
    lines.insert(lines.end(), after_end.begin(), after_end.end());
    std::string out;
    for (const std::string& line : lines) out += (line.starts_with('|') ? line.substr(1) : "10:00:00  " + line) + "\n";
    return out;
  }
};

// Everything that a status is made from.
struct Known {
  StatusInput input;

  Known() {
    input.now = kNow;
    input.settings = {at("2026-05-05"), std::chrono::days(60), std::chrono::hours(6)};
  }
  Known& log(const RunText& run) {
    auto runs = read_run_log(FileBytes::copy_of(run.text(), "log"));
    REQUIRE(runs);
    for (LoggedRun& one : *runs) input.runs.push_back(std::move(one));
    return *this;
  }
  Known& rows(const std::vector<std::pair<std::string, std::string_view>>& rows) {
    StatusInput::Rows& added = input.rows.emplace_back();
    added.package = "snowplow_unified";
    for (const auto& [model, last_success] : rows) added.rows.push_back({model, at(last_success)});
    return *this;
  }
  Known& project(const std::vector<std::string>& tagged) {
    KnownPackage package;
    package.package = "snowplow_unified";
    for (const std::string& name : tagged) package.tagged.push_back({name, "model.shop." + name, name, false});
    input.project = {package};
    return *this;
  }
  Known& models(const std::vector<std::string>& names) {
    input.models_to_run = names;
    return *this;
  }
  BackfillStatus all() const { return backfill_status(input); }
  PackageStatus one() const {
    const BackfillStatus status = all();
    REQUIRE(status.packages.size() == 1);
    CHECK(status.packages[0].package == "snowplow_unified");
    return status.packages[0];
  }
};

inline std::string problem_of(const PackageStatus& status) {
  if (!status.problem) {
    CHECK(status.message.empty());
    return {};
  }
  CHECK(!status.message.empty());
  CHECK(!status.next_step.empty());
  return std::string(to_string(*status.problem));
}

inline int number(const std::optional<RunState>& state) {
  return state ? static_cast<int>(*state) : 0;
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace plowline::testing::standing
