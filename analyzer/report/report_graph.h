// What the formats that draw a graph have in common: which nodes they draw, and what they write on them.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "report/report.h"

namespace plowline {

struct DrawnGraph {
  std::vector<std::size_t> nodes;                          // places in SelectionReport::nodes
  std::vector<std::pair<std::size_t, std::size_t>> edges;  // places in `nodes` above
};

// All nodes but tests, which would hide the others; the tests where there is nothing else.
DrawnGraph drawn_graph(const SelectionReport& report);

// The node's name, cut to 80 bytes, and its state where it is new or modified: `orders (new)`. printable(), on one
// line, and not yet quoted for any format.
std::string graph_label(const ReportedNode& node);

}  // namespace plowline
