#include "artifact/instant.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <system_error>

namespace plowline {
namespace {

// Takes `digits` digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  int value = 0;
  if (text.size() < digits || text.front() == '-') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc() || end != text.data() + digits) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_date(std::string_view& text) {
  using namespace std::chrono;
  const auto y = take_number(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  const auto m = take_number(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  const auto d = take_number(text, 2);
  if (!d) return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  return sys_days(date).time_since_epoch().count() * std::int64_t{86'400'000'000};
}

std::int64_t take_fraction(std::string_view& text) {
  std::int64_t micros = 0;
  if (!take(text, '.')) return micros;
  for (std::int64_t unit = 100'000; !text.empty() && text.front() >= '0' && text.front() <= '9'; unit /= 10) {
    micros += (text.front() - '0') * unit;
    text.remove_prefix(1);
  }
  return micros;
}

// `03:04` or `03:04:05`, in seconds.
std::optional<std::int64_t> take_clock(std::string_view& text) {
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes) return std::nullopt;
  const auto seconds = take(text, ':') ? take_number(text, 2) : 0;
  if (!seconds) return std::nullopt;
  return *hours * 3'600LL + *minutes * 60LL + *seconds;
}

// `+02:00` or `+02`, in seconds.
std::optional<std::int64_t> take_offset(std::string_view& text) {
  if (text.size() != 2) return take_clock(text);
  const auto hours = take_number(text, 2);
  return hours ? std::optional(*hours * std::int64_t{3'600}) : std::nullopt;
}

Instant instant_of(std::int64_t microseconds) {
  return Instant(std::chrono::microseconds(microseconds));
}

}  // namespace

std::optional<Instant> instant_from(std::string_view text) {
  const auto date = take_date(text);
  if (!date) return std::nullopt;
  if (text.empty()) return instant_of(*date);
  if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock) return std::nullopt;
  const std::int64_t local = *date + *clock * 1'000'000 + take_fraction(text);
  if (text.empty() || text == "Z" || text == "z" || text == " UTC") return instant_of(local);
  const bool east = take(text, '+');
  if (!east && !take(text, '-')) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return instant_of(local - (east ? 1 : -1) * *offset * 1'000'000);
}

std::string to_text(Instant instant) {
  using namespace std::chrono;
  const auto day = floor<days>(instant);
  const year_month_day date(day);
  const hh_mm_ss clock(instant - day);
  std::string out = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (clock.subseconds().count() == 0) return out;
  out += fmt::format(".{:06}", clock.subseconds().count());
  while (out.back() == '0') out.pop_back();
  return out;
}

}  // namespace plowline
