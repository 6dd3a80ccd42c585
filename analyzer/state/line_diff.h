// Two texts compared line by line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace plowline {

struct DiffLine {
  char mark = ' ';  // ' ' in both, '-' in the earlier one, '+' in the current one, '@' lines in between are left out
  std::string_view text;
};

struct LineDiff {
  std::size_t added = 0;
  std::size_t removed = 0;
  std::vector<DiffLine> lines;  // views into the two texts
};

// The shortest difference, with up to `context` equal lines around each change. Texts of more than a few thousand
// changed lines are not searched for what they have in common: all of the one is removed, all of the other added.
LineDiff line_diff(std::string_view before, std::string_view now, std::size_t context);

}  // namespace plowline
