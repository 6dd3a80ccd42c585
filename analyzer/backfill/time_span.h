// Lengths of time, as people write and read them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace plowline {

// `10m`, `3h`, `1d`, `90s`, `1.5h`, `3h07m11.482s`: numbers with the units d, h, m and s, each unit once and the longer
// one first. Nothing for other text, for a number without a unit, and for more than 100,000 days.
std::optional<std::chrono::microseconds> span_from(std::string_view text);

// `30 days`, `1 day`, `6 h`, `12 h 30 min`, `66 days 4 h 12.5 s`: exact, so that two lengths that differ never look the
// same. `0 s` for none.
std::string to_text(std::chrono::microseconds span);

}  // namespace plowline
