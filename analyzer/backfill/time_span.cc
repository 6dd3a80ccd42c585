#include "backfill/time_span.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <system_error>

namespace plowline {
namespace {

using std::chrono::microseconds;

struct Unit {
  char letter;
  microseconds length;
};
constexpr std::array<Unit, 4> kUnits{{{'d', std::chrono::days(1)},
                                      {'h', std::chrono::hours(1)},
                                      {'m', std::chrono::minutes(1)},
                                      {'s', std::chrono::seconds(1)}}};

// The sum of any times and such a span is far from overflowing.
constexpr microseconds kMost = std::chrono::days(100'000);

}  // namespace

std::optional<microseconds> span_from(std::string_view text) {
  if (text.empty()) return std::nullopt;
  microseconds sum{};
  for (std::size_t unit = 0; !text.empty(); ++unit) {
    // "infinity" and "-1" are numbers to from_chars.
    if (text.front() < '0' || text.front() > '9') return std::nullopt;
    double number = 0;
    const auto [end, failure] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (failure != std::errc() || text.empty()) return std::nullopt;
    while (unit < kUnits.size() && kUnits[unit].letter != text.front()) ++unit;
    if (unit == kUnits.size()) return std::nullopt;
    const double micros = number * static_cast<double>(kUnits[unit].length.count());
    if (micros > static_cast<double>(kMost.count())) return std::nullopt;
    sum += microseconds(std::llround(micros));
    text.remove_prefix(1);
  }
  if (sum > kMost) return std::nullopt;
  return sum;
}

std::string to_text(microseconds span) {
  std::string out;
  if (span < microseconds::zero()) {
    out = "-";
    span = -span;
  }
  const auto add = [&](std::string part) { out += (out.empty() || out == "-" ? "" : " ") + std::move(part); };
  const std::chrono::hh_mm_ss clock(span % std::chrono::days(1));
  const auto days = span / std::chrono::days(1);
  if (days != 0) add(fmt::format("{} {}", days, days == 1 ? "day" : "days"));
  if (clock.hours().count() != 0) add(fmt::format("{} h", clock.hours().count()));
  if (clock.minutes().count() != 0) add(fmt::format("{} min", clock.minutes().count()));
  if (clock.seconds().count() == 0 && clock.subseconds().count() == 0) return out.empty() ? "0 s" : out;
  std::string seconds = fmt::format("{}.{:06}", clock.seconds().count(), clock.subseconds().count());
  seconds.erase(seconds.find_last_not_of('0') + 1);
  if (seconds.back() == '.') seconds.pop_back();
  add(seconds + " s");
  return out;
}

}  // namespace plowline
