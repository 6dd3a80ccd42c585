#include "report/report_dot.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "output/finding_words.h"
#include "report/report_graph.h"

namespace plowline {
namespace {

constexpr std::size_t kLongestTooltip = 300;

std::string dot_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '&' ? "&amp;" : std::string(1, c);
  }
  return out + "\"";
}

std::string_view shape_of(const ReportedNode& node) {
  switch (resource_type_from(node.resource_type)) {
    case ResourceType::kSource:
    case ResourceType::kSeed:
      return "cylinder";
    case ResourceType::kExposure:
    case ResourceType::kMetric:
      return "ellipse";
    default:
      return "box";
  }
}

std::string node_line(const SelectionReport& report, const ReportedNode& node, std::size_t number) {
  std::string line = fmt::format("  n{} [label={}, tooltip={}, shape={}", number, dot_string(graph_label(node)),
                                 dot_string(cut_text(printable(node.unique_id), kLongestTooltip)), shape_of(node));
  if (node.state == "new") line += ", penwidth=2";
  if (node.state == "modified") line += ", style=dashed";
  const bool wrong = std::ranges::any_of(
      node.findings, [&](std::size_t place) { return report.findings[place].severity == Severity::kError; });
  if (wrong) line += ", color=red";
  return line + "];\n";
}

}  // namespace

std::string report_dot(const SelectionReport& report) {
  const DrawnGraph drawn = drawn_graph(report);
  std::string text = "digraph plowline {\n  charset=\"UTF-8\";\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n";
  for (std::size_t i = 0; i < drawn.nodes.size(); ++i) text += node_line(report, report.nodes[drawn.nodes[i]], i);
  for (const auto& [parent, child] : drawn.edges) text += fmt::format("  n{} -> n{};\n", parent, child);
  return text + "}\n";
}

}  // namespace plowline
