// Points in time as dbt's artifacts write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace plowline {

// `2024-01-02T03:04:05.678901+02:00` (or with a blank for the T; with Z, an offset, or none, which counts as UTC; the
// date alone is midnight) as microseconds since 1970 in UTC. Nothing for other text.
std::optional<std::int64_t> microseconds_since_1970(std::string_view text);

}  // namespace plowline
