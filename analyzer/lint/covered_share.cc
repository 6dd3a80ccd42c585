#include "lint/covered_share.h"

#include <cmath>
#include <fmt/format.h>

namespace plowline {

std::string percent_text(double percent) {
  return fmt::format("{}", std::round(percent * 100.0) / 100.0);
}

std::string share_text(const CoveredShare& share, std::string_view what, double target) {
  const double percent = share.percent();
  std::string shown = percent_text(percent);
  if (shown == percent_text(target) && percent < target) shown = fmt::format("just below {}", shown);
  return fmt::format("{} % {} ({} of {}); the target is {} %", shown, what, share.covered, share.all,
                     percent_text(target));
}

}  // namespace plowline
