#include "backfill/run_limits.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "simulations.h"

namespace plowline {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using testing::at;
using testing::text_of;

using Names = std::vector<std::string>;
using Rows = std::vector<ManifestRow>;

const RunSettings kSettings{at("2023-01-01"), days(30), hours(6)};
const Instant kNow = at("2023-10-11 10:11:12");

TEST_CASE("state 1: no row of a model in run; from the start date, without lookback") {
  const RunWindow window = run_limits({}, Names{"a"}, kSettings, kNow);
  CHECK(text_of(window) == "1 2023-01-01 00:00:00 to 2023-01-31 00:00:00");
  CHECK(!window.reaches_now);
  // Rows of other models do not count.
  CHECK(run_limits(Rows{{"b", kNow}}, Names{"a"}, kSettings, kNow) == window);
}

TEST_CASE("state 1 reaches the time of the run where the limit does") {
  CHECK(text_of(run_limits({}, Names{"a"}, kSettings, at("2023-01-20 01:02:03"))) ==
        "1 2023-01-01 00:00:00 to 2023-01-20 01:02:03");
  CHECK(run_limits({}, Names{"a"}, kSettings, at("2023-01-31")).reaches_now);
  CHECK(!run_limits({}, Names{"a"}, kSettings, at("2023-01-31") + microseconds(1)).reaches_now);
  const RunWindow before_start = run_limits({}, Names{"a"}, kSettings, at("2022-12-31"));
  CHECK(before_start.empty());
  CHECK(text_of(before_start) == "1 2023-01-01 00:00:00 to 2022-12-31 00:00:00");
}

TEST_CASE("state 2 ends with the latest row, or where the limit does; never with the time of the run") {
  const Names models{"a", "b"};
  CHECK(text_of(run_limits(Rows{{"a", at("2023-01-20 22:28:54.482")}}, models, kSettings, kNow)) ==
        "2 2023-01-01 00:00:00 to 2023-01-20 22:28:54.482");
  const RunWindow later = run_limits(Rows{{"a", at("2023-09-01")}}, models, kSettings, kNow);
  CHECK(text_of(later) == "2 2023-01-01 00:00:00 to 2023-01-31 00:00:00");
  CHECK(!later.reaches_now);
  CHECK(!run_limits(Rows{{"a", kNow}}, models, kSettings, kNow).reaches_now);
}

TEST_CASE("state 2 with a start date after every row is a window that ends before it begins") {
  const RunWindow window = run_limits(Rows{{"a", at("2022-12-31")}}, Names{"a", "b"}, kSettings, kNow);
  CHECK(text_of(window) == "2 2023-01-01 00:00:00 to 2022-12-31 00:00:00");
  CHECK(window.empty());
  CHECK(!run_limits(Rows{{"a", at("2023-01-01")}}, Names{"a", "b"}, kSettings, kNow).empty());
}

TEST_CASE("a row that stands twice counts twice") {
  const Instant time = at("2023-05-01");
  CHECK(run_limits(Rows{{"a", time}, {"a", time}}, Names{"a"}, kSettings, kNow).state == RunState::kNewModel);
  // Even where it makes the number right.
  CHECK(run_limits(Rows{{"a", time}, {"a", time}}, Names{"a", "b"}, kSettings, kNow).state == RunState::kStandard);
  CHECK(run_limits(Rows{{"a", time}, {"a", kNow}}, Names{"a", "b"}, kSettings, kNow).state == RunState::kOutOfSync);
}

TEST_CASE("state 3 goes from the earliest row to the latest, as far as the limit reaches") {
  const Names models{"a", "b", "c"};
  CHECK(text_of(run_limits(Rows{{"a", at("2023-09-01")}, {"b", at("2023-09-11")}, {"c", at("2023-09-05")}}, models,
                           kSettings, kNow)) == "3 2023-08-31 18:00:00 to 2023-09-11 00:00:00");
  CHECK(text_of(run_limits(Rows{{"a", at("2023-09-01")}, {"b", at("2023-03-11")}, {"c", at("2023-09-05")}}, models,
                           kSettings, kNow)) == "3 2023-03-10 18:00:00 to 2023-04-10 00:00:00");
  // A microsecond is a difference.
  CHECK(run_limits(Rows{{"a", at("2023-09-01")}, {"b", at("2023-09-01 00:00:00.000001")}}, Names{"a", "b"}, kSettings,
                   kNow)
            .state == RunState::kOutOfSync);
}

TEST_CASE("state 4 goes on from the rows to the time of the run, as far as the limit reaches") {
  CHECK(text_of(run_limits(Rows{{"a", at("2023-09-01")}}, Names{"a"}, kSettings, kNow)) ==
        "4 2023-08-31 18:00:00 to 2023-10-01 00:00:00");
  const RunWindow last = run_limits(Rows{{"a", at("2023-09-11 10:11:12")}}, Names{"a"}, kSettings, kNow);
  CHECK(text_of(last) == "4 2023-09-11 04:11:12 to 2023-10-11 10:11:12");
  CHECK(last.reaches_now);
  CHECK(!run_limits(Rows{{"a", at("2023-09-11 10:11:11.999999")}}, Names{"a"}, kSettings, kNow).reaches_now);
}

TEST_CASE("a limit may be part of a day, and no lookback is a lookback") {
  const RunSettings half{at("2023-01-01"), hours(12), hours(0)};
  CHECK(text_of(run_limits({}, Names{"a"}, half, kNow)) == "1 2023-01-01 00:00:00 to 2023-01-01 12:00:00");
  CHECK(text_of(run_limits(Rows{{"a", at("2023-01-01 11:50:00")}}, Names{"a"}, half, kNow)) ==
        "4 2023-01-01 11:50:00 to 2023-01-01 23:50:00");
}

}  // namespace
}  // namespace plowline
