#include "report/report_mermaid.h"

#include <cctype>
#include <fmt/format.h>
#include <string_view>

#include "report/report_graph.h"

namespace plowline {
namespace {

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0;
}

// Mermaid reads labels as Markdown, too: no list, emphasis or link may begin. So blanks that begin a label or follow
// one another, and `_` and `-` at a word's edge, are entities.
bool stays(std::string_view text, std::size_t i) {
  const char c = text[i];
  if (is_plain(c) || c == ',') return true;
  if (c == ' ') return i > 0 && text[i - 1] != ' ';
  return (c == '_' || c == '-') && i > 0 && i + 1 < text.size() && is_plain(text[i - 1]) && is_plain(text[i + 1]);
}

std::string mermaid_label(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += stays(text, i) ? std::string(1, text[i]) : fmt::format("#{};", static_cast<unsigned char>(text[i]));
  }
  return out;
}

// Sources are cylinders, exposures and metrics are rounded, all else are boxes.
std::string shape(const ReportedNode& node) {
  const std::string label = mermaid_label(graph_label(node));
  switch (resource_type_from(node.resource_type)) {
    case ResourceType::kSource:
    case ResourceType::kSeed:
      return fmt::format("[(\"{}\")]", label);
    case ResourceType::kExposure:
    case ResourceType::kMetric:
      return fmt::format("([\"{}\"])", label);
    default:
      return fmt::format("[\"{}\"]", label);
  }
}

}  // namespace

MermaidGraph mermaid_graph(const SelectionReport& report) {
  const DrawnGraph drawn = drawn_graph(report);
  MermaidGraph graph{"flowchart LR\n", drawn.nodes.size(), drawn.edges.size()};
  for (std::size_t i = 0; i < drawn.nodes.size(); ++i) {
    graph.text += fmt::format("  n{}{}\n", i, shape(report.nodes[drawn.nodes[i]]));
  }
  for (const auto& [parent, child] : drawn.edges) graph.text += fmt::format("  n{} --> n{}\n", parent, child);
  return graph;
}

}  // namespace plowline
