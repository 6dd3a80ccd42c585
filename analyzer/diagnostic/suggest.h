// "Did you mean …?"
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plowline {

// How many insertions, deletions, replacements and swaps of neighbours lead from `a` to `b`. O(|a| * |b|).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to `word`, where one is near enough to be a likely slip: at most a third of the word's length,
// and at least one. The first of equally near ones.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace plowline
