// Names in a message: made printable, and not more of them than a reader wants.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace plowline {

inline constexpr std::size_t kEveryName = static_cast<std::size_t>(-1);
inline constexpr std::size_t kFewNames = 5;  // what a sentence holds

// For a sentence: `a`, `a and b`, `a, b and c`; with more than `most`: `a, b and 3 more`. (One more than `most` is
// shown all the same: that is shorter than to say so.) Of none, nothing.
std::string name_list(const std::vector<std::string_view>& names, std::size_t most);
std::string name_list(const std::vector<std::string>& names, std::size_t most);

// For what follows a colon: `a, b, c`; with more than `most`: `a, b and 3 more`.
std::string comma_list(const std::vector<std::string>& names, std::size_t most = kEveryName);

}  // namespace plowline
