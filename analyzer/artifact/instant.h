// Points in time, as dbt's artifacts, its logs and warehouses write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace plowline {

// UTC. Microseconds are what the warehouses' timestamps hold (Snowflake's nine digits aside).
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

// `2024-01-02T03:04:05.678901+02:00`, with a blank for the T, with `Z`, ` UTC`, an offset (`+02:00`, `+02`), or none,
// which counts as UTC; the date alone is midnight. Digits after the sixth of a fraction are dropped. Nothing for other
// text.
std::optional<Instant> instant_from(std::string_view text);

// `2024-01-02 03:04:05.678`: in UTC, with as many digits as the fraction needs, and none where it is 0.
std::string to_text(Instant instant);

}  // namespace plowline
