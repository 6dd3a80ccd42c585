#include "report/report_graph.h"

#include <algorithm>
#include <limits>

#include "output/finding_words.h"

namespace plowline {
namespace {

constexpr std::size_t kLongestLabel = 80;
constexpr std::size_t kNotDrawn = std::numeric_limits<std::size_t>::max();

}  // namespace

DrawnGraph drawn_graph(const SelectionReport& report) {
  const bool only_tests = std::ranges::all_of(report.nodes, is_test);
  DrawnGraph graph;
  std::vector<std::size_t> places(report.nodes.size(), kNotDrawn);
  for (std::size_t i = 0; i < report.nodes.size(); ++i) {
    if (!only_tests && is_test(report.nodes[i])) continue;
    places[i] = graph.nodes.size();
    graph.nodes.push_back(i);
  }
  for (const auto& [parent, child] : report.edges) {
    if (places[parent] != kNotDrawn && places[child] != kNotDrawn)
      graph.edges.emplace_back(places[parent], places[child]);
  }
  return graph;
}

std::string graph_label(const ReportedNode& node) {
  std::string label = cut_text(printable(node.name), kLongestLabel);
  if (node.state == "new" || node.state == "modified") label += " (" + node.state + ")";
  return label;
}

}  // namespace plowline
