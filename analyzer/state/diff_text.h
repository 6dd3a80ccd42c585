// A StateDiff for people at a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "state/diff.h"

namespace plowline {

struct DiffTextOptions {
  std::size_t code_lines = 12;  // how many lines of one difference of code are shown; the rest is counted
  std::size_t names = 6;        // how many names stand behind a group of moves or a macro
};

// One section per kind of change, then a line with the counts. Everything that comes from a manifest is printable() and
// cut to a length, its size told. Ends with a line feed.
std::string diff_text(const StateDiff& diff, const DiffTextOptions& options);

}  // namespace plowline
