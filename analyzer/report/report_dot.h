// The selected nodes in Graphviz's language.
#pragma once

#include <string>

#include "report/report.h"

namespace plowline {

// A digraph from left to right. Ids are `n` and a number; the tooltip is the unique_id. Whatever is in names: a label
// shows just that, as its quotes, backslashes and ampersands (Graphviz reads HTML's entities in labels) are escaped.
// New nodes have a thicker border, modified ones a dashed one, nodes with findings of severity error a red one.
std::string report_dot(const SelectionReport& report);

}  // namespace plowline
