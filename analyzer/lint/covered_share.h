// Shares of a hundred that a rule holds against a target: how many models have a test, how many columns a description.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plowline {

struct CoveredShare {
  std::size_t covered = 0;
  std::size_t all = 0;

  void count(bool is_covered) {
    ++all;
    if (is_covered) ++covered;
  }
  // Of nothing, everything is covered.
  double percent() const { return all == 0 ? 100.0 : 100.0 * static_cast<double>(covered) / static_cast<double>(all); }
  bool reaches(double target) const { return percent() >= target; }
};

// `44.44 % of the models have a test (12 of 27); the target is 100 %`. `what` is `of the models have a test`. What
// falls short of the target is never rounded up to it.
std::string share_text(const CoveredShare& share, std::string_view what, double target);
// `44.44`, `100`: rounded to two decimals at most.
std::string percent_text(double percent);

}  // namespace plowline
