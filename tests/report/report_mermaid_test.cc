#include "report/report_mermaid.h"

#include <regex>
#include <sstream>

#include "report/report_graph.h"
#include "reports.h"

namespace plowline::testing {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The label of a node's line; fails the test where the line is anything else than an id, a shape and a safe label.
std::string label_of(const std::string& line, std::size_t number) {
  static const std::regex kNode(
      "  n([0-9]+)(?:\\[\"|\\[\\(\"|\\(\\[\")((?:[A-Za-z0-9 _,-]|#[0-9]+;|[\\x80-\\xff])*)(?:\"\\]|\"\\)\\]|\"\\]\\))");
  std::smatch parts;
  CAPTURE(line);
  REQUIRE(std::regex_match(line, parts, kNode));
  CHECK(parts[1].str() == std::to_string(number));
  return parts[2].str();
}

std::string without_entities(const std::string& label) {
  std::string out;
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (label[i] != '#') {
      out += label[i];
      continue;
    }
    const std::size_t end = label.find(';', i);
    out += static_cast<char>(std::stoi(label.substr(i + 1, end - i - 1)));
    i = end;
  }
  return out;
}

}  // namespace

TEST_CASE("mermaid: nodes and edges without tests") {
  CHECK(mermaid_graph(small_selection()).text ==
        "flowchart LR\n"
        "  n0[(\"events\")]\n"
        "  n1[\"stg #40;modified#41;\"]\n"
        "  n2[\"orders #40;new#41;\"]\n"
        "  n3([\"weekly\"])\n"
        "  n0 --> n1\n"
        "  n1 --> n2\n"
        "  n2 --> n3\n");
}

TEST_CASE("mermaid: where only tests are selected they are drawn") {
  SelectionReport report = small_selection();
  report.nodes = {reported_node("a_test", "test"), reported_node("b_test", "unit_test")};
  report.edges.clear();
  CHECK(mermaid_graph(report).text == "flowchart LR\n  n0[\"a_test\"]\n  n1[\"b_test\"]\n");
}

TEST_CASE("mermaid: no name leaves its label") {
  const SelectionReport report = hostile_selection();
  const MermaidGraph graph = mermaid_graph(report);
  const std::vector<std::string> lines = lines_of(graph.text);
  const std::size_t count = report.nodes.size();
  REQUIRE(lines.size() == 1 + count + count - 1);
  CHECK(lines[0] == "flowchart LR");
  for (std::size_t i = 0; i < count; ++i) {
    CHECK(without_entities(label_of(lines[1 + i], i)) == graph_label(report.nodes[i]));
  }
  for (std::size_t i = 1; i < count; ++i) CHECK(lines[count + i] == fmt::format("  n{} --> n{}", i - 1, i));
}

TEST_CASE("mermaid: nothing in a label begins Markdown") {
  SelectionReport report = small_selection();
  report.nodes = {reported_node("1. x"), reported_node("- x"),          reported_node("_x_"),
                  reported_node("  x"),  reported_node("my_new-model"), reported_node("www.example.com")};
  report.edges.clear();
  CHECK(mermaid_graph(report).text ==
        "flowchart LR\n  n0[\"1#46; x\"]\n  n1[\"#45; x\"]\n  n2[\"#95;x#95;\"]\n  n3[\"#32;#32;x\"]\n"
        "  n4[\"my_new-model\"]\n  n5[\"www#46;example#46;com\"]\n");
}

TEST_CASE("mermaid: whether GitHub draws it") {
  CHECK(mermaid_graph(big_selection(501)).edges == 500);
  CHECK(mermaid_graph(big_selection(501)).is_drawn_by_github());
  CHECK(!mermaid_graph(big_selection(502)).is_drawn_by_github());
  SelectionReport report = big_selection(400);
  for (ReportedNode& node : report.nodes) node.name = std::string(100, '"');
  CHECK(!mermaid_graph(report).is_drawn_by_github());
}

}  // namespace plowline::testing
