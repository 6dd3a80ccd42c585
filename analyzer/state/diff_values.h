// What the renderers of a StateDiff share: values cut to a length that a reader can take in, moves in groups, counts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "state/diff.h"
#include "state/line_diff.h"

namespace plowline {

// The value in printable characters, cut where it is longer than `most` characters: then its size is told. An empty
// text, where there is no value, is `none`.
std::string short_value(std::string_view json_text, std::size_t most = 72);

// Both values of a change like that. Where one is long, what both begin with is
// left out but for a few characters, so that the difference is seen.
struct ShortChange {
  std::string before;
  std::string now;
};
ShortChange short_change(std::string_view before, std::string_view now, std::size_t most = 72);

// A line of code like a value; its tabs are shown as two blanks, and it may be empty.
std::string short_code(std::string_view line, std::size_t most);

// `raw_code: 3 lines added, 1 removed`.
std::string change_of_lines(std::string_view key, const LineDiff& diff);

// `2 new, 1 modified` and so on, leaving out what does not occur.
std::string counts_of(const StateDiff& diff);

std::string_view to_string(ChangedMacro::Change change);

// Nodes that moved from one schema into one other and kept their names, or a single node.
struct MoveGroup {
  std::string before;  // `database.schema` of a group, else the whole relation
  std::string now;
  std::vector<const MovedNode*> nodes;
};

// Groups of at least `least` nodes, and every other node alone, in the order of their first nodes. With another target
// than the earlier manifest's, most of a project moves.
std::vector<MoveGroup> group_moves(const std::vector<MovedNode>& moved, std::size_t least = 4);

}  // namespace plowline
