// The variables that say where a package's first window begins.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

namespace plowline {

inline constexpr std::array<std::string_view, 2> kStartDates = {"snowplow__start_date",
                                                                "snowplow__attribution_start_date"};

struct DateText {
  bool looks_like_date = false;                   // `2024-1-5` and `2024-01-05 10:00:00` do, too
  std::optional<std::chrono::sys_days> day = {};  // nothing: no calendar has that day
};

DateText read_date(std::string_view text);

}  // namespace plowline
