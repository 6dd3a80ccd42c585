// The runs of the real packages, played again: from the rows before a run its state and window, and from the first rows
// and the times of the events all runs of a recording.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "backfill/manifest_rows.h"
#include "backfill/simulate.h"
#include "simulations.h"
#include "support/support.h"

namespace plowline {
namespace {

using testing::at;
using testing::text_of;

using Names = std::vector<std::string>;
using Rows = std::vector<ManifestRow>;

struct RecordedRun {
  int state = 0;
  LimitsRow limits;
  Rows rows;  // after it

  std::string text() const {
    return std::to_string(state) + " " + to_text(limits.lower_limit) + " to " + to_text(limits.upper_limit);
  }
};

FileBytes bytes_of(const std::filesystem::path& file) {
  auto bytes = FileBytes::read(file);
  REQUIRE(bytes);
  return std::move(*bytes);
}

std::vector<RecordedRun> recorded_runs(const std::filesystem::path& folder) {
  std::vector<RecordedRun> runs;
  std::ifstream truth(folder / "truth.json");
  for (const auto& step : nlohmann::json::parse(truth)) {
    if (step["kind"] != "dbt") continue;
    const std::string name = step["n"].get<std::string>() + "_" + step["name"].get<std::string>();
    const auto rows = read_manifest_rows(bytes_of(folder / (name + ".manifest.csv")));
    const auto limits = read_limits_row(bytes_of(folder / (name + ".limits.csv")));
    REQUIRE(rows);
    REQUIRE(limits);
    runs.push_back({step["states"][0].get<int>(), *limits, *rows});
  }
  REQUIRE(!runs.empty());
  return runs;
}

Names names_of(const Rows& rows) {
  Names names;
  for (const ManifestRow& row : rows) names.push_back(row.model);
  return names;
}

struct Recording {
  std::vector<RecordedRun> runs;
  SimulationInput input;
};

// Every three hours seven minutes and eleven seconds an event; two more arrived later.
SimulationInput shop_input() {
  SimulationInput input;
  input.settings = {at("2026-05-05"), std::chrono::days(60), std::chrono::hours(6)};
  input.events.first = at("2026-05-05 00:17:23.482");
  input.events.last = at("2026-11-20 22:25:21.482");
  input.events.step = std::chrono::seconds(3 * 3600 + 7 * 60 + 11);
  return input;
}

std::vector<Recording> recordings(const std::filesystem::path& logs) {
  const auto production = recorded_runs(logs / "A_prod_backfill");
  const auto staging = recorded_runs(logs / "B_staging_backfill");
  const auto unnamed = recorded_runs(logs / "C_staging_without_models_to_run");
  const auto merged = recorded_runs(logs / "D_prod_merge_without_manifest_row");
  std::vector<Recording> all;
  for (const auto* runs : {&production, &staging, &unnamed, &merged}) {
    Recording recording{*runs, shop_input()};
    recording.input.models = names_of((runs == &unnamed ? merged : *runs).back().rows);
    recording.input.selected = names_of(runs->back().rows);
    recording.input.now = std::max(runs->back().limits.upper_limit, at("2026-11-21 02:00:00"));
    all.push_back(std::move(recording));
  }
  all[3].input.rows = production.back().rows;
  all[3].input.events.extra = {at("2026-11-21 00:35:11.482")};
  return all;
}

TEST_CASE("recorded runs: from the rows before a run follow its state and its window") {
  const auto shared = testing::shared_or_skip("recorded runs of the packages");
  if (shared.empty()) return;
  std::size_t checked = 0;
  for (const Recording& recording : recordings(shared / "corpus" / "snowplow_logs")) {
    Rows rows = recording.input.rows;
    for (const RecordedRun& run : recording.runs) {
      // Where the window reaches the time of the run, that time is its upper limit.
      const Instant now = std::max(run.limits.upper_limit, at("2026-11-21 02:00:00"));
      CHECK(text_of(run_limits(rows, recording.input.models, recording.input.settings, now)) == run.text());
      rows = run.rows;
      ++checked;
    }
  }
  CHECK(checked == 18);
}

TEST_CASE("recorded runs: from the events follow all runs") {
  const auto shared = testing::shared_or_skip("recorded runs of the packages");
  if (shared.empty()) return;
  const auto all = recordings(shared / "corpus" / "snowplow_logs");
  const std::vector<SimulationEnd> ends{SimulationEnd::kUpToDate, SimulationEnd::kUpToDate, SimulationEnd::kStuckState2,
                                        SimulationEnd::kUpToDate};
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(i);
    const Simulation simulation = simulate(all[i].input);
    CHECK(simulation.end == ends[i]);
    // Production's fifth run came when it was up to date; the fourth one of staging repeats what the third one shows.
    const std::size_t count = std::min(simulation.runs.size(), all[i].runs.size());
    CHECK(count >= all[i].runs.size() - 1);
    for (std::size_t k = 0; k < count; ++k) {
      CAPTURE(k);
      if (!simulation.runs[k].window.reaches_now) CHECK(text_of(simulation.runs[k].window) == all[i].runs[k].text());
      CHECK(static_cast<int>(simulation.runs[k].window.state) == all[i].runs[k].state);
      CHECK(simulation.runs[k].rows == all[i].runs[k].rows);
    }
  }
}

}  // namespace
}  // namespace plowline
