// What manifest rows tell without a warehouse.
#include "backfill/verify.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace plowline {
namespace {

using Names = std::vector<std::string>;

Instant at(std::string_view text) {
  const auto instant = instant_from(text);
  REQUIRE(instant.has_value());
  return *instant;
}

const std::string kTime = "2026-11-20 22:25:21.482123";

PackageTables tables() {
  PackageTables package;
  package.package = "snowplow_unified";
  package.staging_models = {"helper", "new"};
  package.new_models = {"helper", "new"};
  package.production_models = {"sessions", "views"};
  return package;
}

std::vector<ManifestRow> rows(const std::vector<std::pair<std::string, std::string>>& list) {
  std::vector<ManifestRow> result;
  for (const auto& [model, time] : list) result.push_back({model, at(time)});
  return result;
}

ManifestVerdict verdict(const std::vector<ManifestRow>& production,
                        const std::optional<std::vector<ManifestRow>>& staging = {}) {
  const RunSettings settings{.start_date = at("2026-01-01")};
  return verify_rows(tables(), production, staging, settings, at("2026-11-21 01:02:03"));
}

const auto kStaging = [] { return rows({{"helper", kTime}, {"new", kTime}}); };

TEST_CASE("all rows at one time: safe, and the next run is the standard one") {
  const auto result = verdict(
      rows({{"views", kTime}, {"sessions", kTime}, {"new", kTime}, {"helper", kTime}, {"retired", "2020-01-01"}}),
      kStaging());
  CHECK(result.safe);
  CHECK(result.in_sync);
  CHECK(result.staging_in_sync == true);
  CHECK(result.next.state == RunState::kStandard);
  CHECK(to_text(result.next.lower_limit) == "2026-11-20 16:25:21.482123");
  CHECK(to_text(result.next.upper_limit) == "2026-11-21 01:02:03");
  CHECK(result.reason == "every model has one row, and all are at the same time");
  CHECK(result.next_step.empty());
}

TEST_CASE("behind production: safe, it catches up by itself") {
  const auto result = verdict(
      rows({{"views", kTime}, {"sessions", kTime}, {"new", "2026-11-18 00:00:01"}, {"helper", "2026-11-18 00:00:01"}}));
  CHECK(result.safe);
  CHECK(!result.in_sync);
  CHECK(result.next.state == RunState::kOutOfSync);
  CHECK(to_text(result.next.upper_limit) == kTime);
}

TEST_CASE("not recorded yet: state 2 as it is, and what record makes of it where staging's rows are known") {
  const auto before = rows({{"views", kTime}, {"sessions", kTime}});
  auto result = verdict(before);
  CHECK(!result.safe);
  CHECK(result.missing == Names{"helper", "new"});
  CHECK(result.next.state == RunState::kNewModel);
  CHECK(!result.next_after_record.has_value());
  CHECK(result.next_step == "run the SQL of `plowline backfill record` before the merge");

  result = verdict(before, kStaging());
  CHECK(result.safe);
  REQUIRE(result.next_after_record.has_value());
  CHECK(result.next_after_record->state == RunState::kStandard);

  // staging ahead of production: the row is held back
  result = verdict(before, rows({{"helper", "2026-11-21 00:00:00"}, {"new", "2026-11-21 00:00:00"}}));
  CHECK(result.safe);
  CHECK(result.next_after_record->state == RunState::kStandard);

  // production ahead of staging
  result = verdict(before, rows({{"helper", "2026-11-01"}, {"new", "2026-11-01"}}));
  CHECK(result.safe);
  CHECK(result.next_after_record->state == RunState::kOutOfSync);

  // staging is not finished
  result = verdict(before, rows({{"helper", kTime}, {"new", "2026-11-01"}}));
  CHECK(!result.safe);
  CHECK(result.staging_in_sync == false);
  CHECK(result.next_step == "run staging again until it is up to date (plowline backfill run)");
  result = verdict(before, rows({{"helper", kTime}}));
  CHECK(!result.safe);
  CHECK(result.next_step == "staging's manifest has no row of it either: process it there first");
}

TEST_CASE("later than all of production's own: the trap that stops production for ever") {
  const auto result =
      verdict(rows({{"views", kTime}, {"sessions", kTime}, {"new", "2026-11-20 22:25:22"}, {"helper", kTime}}));
  CHECK(!result.safe);
  CHECK(result.ahead_of_production == Names{"new"});
  CHECK(result.next.state == RunState::kOutOfSync);
  CHECK(result.reason ==
        "new: later than all of production's own rows, and where no event has that very time, production stays in "
        "state 3 "
        "for ever");
}

TEST_CASE("later than staging: events that nobody ever processes") {
  const auto result = verdict(rows({{"views", kTime}, {"sessions", kTime}, {"new", kTime}, {"helper", kTime}}),
                              rows({{"helper", kTime}, {"new", "2026-11-01"}}));
  CHECK(!result.safe);
  CHECK(result.ahead_of_staging == Names{"new"});
}

TEST_CASE("rows that stand twice, models of production without a row, the rows of another table") {
  auto result = verdict(
      rows({{"views", kTime}, {"views", kTime}, {"sessions", kTime}, {"new", kTime}, {"helper", kTime}}), kStaging());
  CHECK(!result.safe);
  CHECK(result.duplicated == Names{"views"});
  CHECK(result.next.state == RunState::kNewModel);

  result = verdict(rows({{"views", kTime}, {"new", kTime}, {"helper", kTime}}), kStaging());
  CHECK(!result.safe);
  CHECK(result.missing == Names{"sessions"});
  CHECK(result.reason == "sessions: no row, though production counts it: the next run is in state 2");

  result = verdict(rows({{"something_else", kTime}}), kStaging());
  CHECK(!result.safe);
  CHECK(result.next.state == RunState::kNoRows);
  CHECK(result.next_step == "see whether these are the rows of production's manifest");

  PackageTables none;
  none.package = "snowplow_web";
  CHECK(!verify_rows(none, {}, {}, {}, at("2026-01-01")).safe);
}

}  // namespace
}  // namespace plowline
