// The selected nodes as a Mermaid flowchart.
//
//   flowchart LR
//     n0["orders #40;new#41;"]
//     n1(["weekly"])
//     n0 --> n1
//
// Ids are `n` and a number. Labels stand in double quotes, and of their ASCII characters all but letters, digits,
// commas, single blanks, and `_` and `-` within a word are written as Mermaid's entities (`#34;`): no name ends a
// label, and none is Markdown, HTML or a directive.
#pragma once

#include <cstddef>
#include <string>

#include "report/report.h"

namespace plowline {

// What Mermaid refuses to draw beyond, unless whoever embeds it allows more; GitHub does not.
inline constexpr std::size_t kMostMermaidBytes = 50'000;
inline constexpr std::size_t kMostMermaidEdges = 500;

struct MermaidGraph {
  std::string text;  // ends with a line feed
  std::size_t nodes = 0;
  std::size_t edges = 0;

  bool is_drawn_by_github() const { return text.size() <= kMostMermaidBytes && edges <= kMostMermaidEdges; }
};

MermaidGraph mermaid_graph(const SelectionReport& report);

}  // namespace plowline
