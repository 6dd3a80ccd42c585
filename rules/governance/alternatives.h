// What a message lists of which one is enough.
#pragma once

#include <string>
#include <vector>

namespace plowline {

// `a`, `a or b`, `a, b or c`; printable.
std::string alternatives(const std::vector<std::string>& words);

}  // namespace plowline
