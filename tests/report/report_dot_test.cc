#include "report/report_dot.h"

#include <nlohmann/json.hpp>

#include "report/report_graph.h"
#include "reports.h"

namespace plowline::testing {
namespace {

using Json = nlohmann::json;

bool has_dot() {
  const bool there = run({"sh", "-c", "command -v dot"}).status == 0;
  if (!there) MESSAGE("SKIPPED: Graphviz's dot is not installed (apt-get install graphviz)");
  return there;
}

// What the real dot draws: of each node its id, label and tooltip; and the edges.
Json drawn(const std::string& text) {
  const Ran ran = run({"dot", "-Tsvg"}, {.directory = {}, .environment = {}, .input = text});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  CHECK(ran.err == "");
  return Json::parse(python(R"(
import json, sys, xml.etree.ElementTree as xml
svg = "{http://www.w3.org/2000/svg}"
plain = lambda text: (text or "").replace("\u00a0", " ")
nodes, edges = {}, []
for group in xml.fromstring(sys.stdin.buffer.read()).iter(svg + "g"):
    title = group.find(svg + "title")
    if group.get("class") == "node":
        link = group.find(".//" + svg + "a")
        tooltip = link.get("{http://www.w3.org/1999/xlink}title") if link is not None else ""
        texts = [plain(text.text) for text in group.iter(svg + "text")]
        nodes[title.text] = {"labels": texts, "tooltip": tooltip, "tags": sorted({e.tag[len(svg):] for e in group.iter()})}
    if group.get("class") == "edge":
        edges.append(title.text)
print(json.dumps({"nodes": nodes, "edges": edges})))",
                            ran.out));
}

}  // namespace

TEST_CASE("dot: the text") {
  CHECK(report_dot(small_selection()) ==
        "digraph plowline {\n"
        "  charset=\"UTF-8\";\n"
        "  rankdir=LR;\n"
        "  node [fontname=\"sans-serif\"];\n"
        "  n0 [label=\"events\", tooltip=\"source.shop.events\", shape=cylinder];\n"
        "  n1 [label=\"stg (modified)\", tooltip=\"model.shop.stg\", shape=box, style=dashed];\n"
        "  n2 [label=\"orders (new)\", tooltip=\"model.shop.orders\", shape=box, penwidth=2, color=red];\n"
        "  n3 [label=\"weekly\", tooltip=\"exposure.shop.weekly\", shape=ellipse];\n"
        "  n0 -> n1;\n"
        "  n1 -> n2;\n"
        "  n2 -> n3;\n"
        "}\n");
}

TEST_CASE("dot: Graphviz shows every name as it is") {
  if (!has_dot()) return;
  const SelectionReport report = hostile_selection();
  const Json graph = drawn(report_dot(report));
  REQUIRE(graph["nodes"].size() == report.nodes.size());
  CHECK(graph["edges"].size() == report.edges.size());
  for (std::size_t i = 0; i < report.nodes.size(); ++i) {
    const Json& node = graph["nodes"][fmt::format("n{}", i)];
    CAPTURE(node.dump());
    REQUIRE(node["labels"].size() == 1);
    CHECK(node["labels"][0] == graph_label(report.nodes[i]));
  }
}

}  // namespace plowline::testing
