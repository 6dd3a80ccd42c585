#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "backfill/simulate.h"

namespace plowline {
namespace {

using std::chrono::microseconds;

bool inside(const EventTimes::Gap& gap, Instant time) {
  return gap.after < time && time < gap.before;
}

// The regular events, one every step, without regard to gaps.
class Grid {
 public:
  explicit Grid(const EventTimes& events) : first_(events.first), last_(events.last), step_(events.step) {}

  std::optional<Instant> at_or_before(Instant time) const {
    time = std::min(time, last_);
    if (time < first_) return std::nullopt;
    if (step_ <= microseconds::zero()) return first_;
    return first_ + (time - first_) / step_ * step_;
  }
  std::optional<Instant> at_or_after(Instant time) const {
    if (last_ < first_) return std::nullopt;
    if (time <= first_) return first_;
    if (step_ <= microseconds::zero()) return std::nullopt;
    const std::int64_t steps = (time - first_ + step_ - microseconds(1)) / step_;
    // Compared before it is multiplied: a step may be as long as all of time.
    if (steps > (last_ - first_) / step_) return std::nullopt;
    return first_ + steps * step_;
  }

 private:
  Instant first_;
  Instant last_;
  microseconds step_;
};

}  // namespace

std::optional<Instant> EventTimes::latest_in(Instant lower, Instant upper) const {
  const Grid grid(*this);
  auto found = grid.at_or_before(upper);
  // Out of one gap it may fall into another one, but never into the same again.
  for (std::size_t i = gaps.size(); found && i > 0;) {
    --i;
    if (!inside(gaps[i], *found)) continue;
    found = grid.at_or_before(gaps[i].after);
    i = gaps.size();
  }
  if (found && *found < lower) found.reset();
  const auto later = std::ranges::upper_bound(extra, upper);
  if (later == extra.begin()) return found;
  const Instant single = *std::prev(later);
  if (single < lower || (found && *found > single)) return found;
  return single;
}

std::optional<Instant> EventTimes::first_after(Instant after, Instant until) const {
  const Grid grid(*this);
  auto found = grid.at_or_after(after + microseconds(1));
  for (std::size_t i = 0; found && i < gaps.size();) {
    if (!inside(gaps[i], *found)) {
      ++i;
      continue;
    }
    found = grid.at_or_after(gaps[i].before);
    i = 0;
  }
  if (found && *found > until) found.reset();
  const auto single = std::ranges::upper_bound(extra, after);
  if (single == extra.end() || *single > until || (found && *found < *single)) return found;
  return *single;
}

}  // namespace plowline
