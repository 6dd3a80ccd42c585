#include "backfill/time_span.h"

#include <doctest/doctest.h>
#include <string>

namespace plowline {
namespace {

std::string read(std::string_view text) {
  const auto span = span_from(text);
  return span ? to_text(*span) : "none";
}

TEST_CASE("lengths of time are read and written") {
  CHECK(read("10m") == "10 min");
  CHECK(read("3h") == "3 h");
  CHECK(read("1d") == "1 day");
  CHECK(read("90s") == "1 min 30 s");
  CHECK(read("0s") == "0 s");
  CHECK(read("1.5h") == "1 h 30 min");
  CHECK(read("3h07m11.482s") == "3 h 7 min 11.482 s");
  CHECK(read("66d4h") == "66 days 4 h");
  CHECK(read("100000d") == "100000 days");
  CHECK(read("0.000001s") == "0.000001 s");
  CHECK(to_text(-std::chrono::hours(30)) == "-1 day 6 h");
}

TEST_CASE("other text is no length of time") {
  for (const char* text :
       {"",    "10",  "m",    "10 m", " 10m", "10m ",  "10x",  "10M",   "10m5h",   "5m5m",
        "-5m", "+5m", "1e3s", "infd", "nand", "0x10s", "10m5", "1..5h", "100001d", "99999999999999999999d",
        "1,5h"}) {
    CAPTURE(text);
    CHECK(read(text) == "none");
  }
}

}  // namespace
}  // namespace plowline
