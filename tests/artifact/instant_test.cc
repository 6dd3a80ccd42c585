#include "artifact/instant.h"

#include <doctest/doctest.h>

namespace plowline {
namespace {

TEST_CASE("points in time are read from every spelling that artifacts and warehouses use") {
  const auto at = [](std::string_view text) {
    return instant_from(text).value_or(Instant::min()).time_since_epoch().count();
  };
  CHECK(at("1970-01-01T00:00:01Z") == 1'000'000);
  CHECK(at("1970-01-01 00:00:01.5") == 1'500'000);
  CHECK(at("1970-01-01T02:00:00.000001+02:00") == 1);
  CHECK(at("1970-01-01 02:00:00.000001+02") == 1);
  CHECK(at("1970-01-01 00:00:00.000001 UTC") == 1);
  CHECK(at("1970-01-01 00:00:00.123456789") == 123'456);
  CHECK(at("1970-01-01T00:00:00-00:30") == 1'800'000'000);
  CHECK(at("1970-01-02") == 86'400'000'000);
  for (const char* wrong : {"", "soon", "1970-13-01", "1970-01-32T00:00:00", "1970-01-01T", "1970-01-01T00",
                            "1970-01-01T00:00:00+2", "1970-01-01T00:00:00Zx", "-970-01-01"})
    CHECK_MESSAGE(!instant_from(wrong), wrong);
}

TEST_CASE("a point in time is written with as many digits as it has") {
  const auto again = [](std::string_view text) { return to_text(instant_from(text).value()); };
  CHECK(again("2026-07-03 22:28:54.482") == "2026-07-03 22:28:54.482");
  CHECK(again("2026-07-03 22:28:54.482001") == "2026-07-03 22:28:54.482001");
  CHECK(again("2026-07-03T22:28:54+01:00") == "2026-07-03 21:28:54");
  CHECK(again("1969-12-31 23:59:59.9") == "1969-12-31 23:59:59.9");
  CHECK(again("2026-07-03") == "2026-07-03 00:00:00");
}

}  // namespace
}  // namespace plowline
