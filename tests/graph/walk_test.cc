#include "graph/walk.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "artifact/file.h"
#include "artifact/manifest.h"

using namespace plowline;

namespace {

// An acyclic graph by names: `parents[i]` are what node i reads. The names' order has nothing to do with the edges.
struct Graph {
  std::vector<std::string> ids;
  std::vector<std::set<std::size_t>> parents;
};

Graph random_graph(std::mt19937& random) {
  Graph graph;
  const std::size_t size = 1 + random() % 90;
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::shuffle(order, random);
  for (std::size_t i = 0; i < size; ++i) graph.ids.push_back(fmt::format("model.p.m{}", order[i]));
  graph.parents.resize(size);
  const std::size_t density = 1 + random() % 5;
  for (std::size_t i = 1; i < size; ++i) {
    for (std::size_t n = random() % density; n > 0; --n) graph.parents[i].insert(random() % i);
  }
  return graph;
}

Project project_of(const Graph& graph, std::mt19937& random) {
  std::vector<std::string> records;
  for (std::size_t i = 0; i < graph.ids.size(); ++i) {
    std::string reads;
    for (const std::size_t parent : graph.parents[i]) {
      reads += fmt::format(R"({}"{}")", reads.empty() ? "" : ",", graph.ids[parent]);
      if (random() % 4 == 0) reads += fmt::format(R"(,"{}")", graph.ids[parent]);  // an edge may stand twice
    }
    records.push_back(fmt::format(R"("{}":{{"name":"m","depends_on":{{"nodes":[{}]}}}})", graph.ids[i], reads));
  }
  std::ranges::shuffle(records, random);
  std::string text = R"({"metadata":{},"macros":{},"nodes":{)";
  for (const std::string& record : records) text += (text.back() == '{' ? "" : ",") + record;
  Warnings warnings;
  auto manifest = read_manifest(FileBytes::copy_of(text + "}}", "graph.json"), warnings);
  REQUIRE(manifest);
  auto project = Project::build(std::move(*manifest), warnings);
  REQUIRE(project);
  REQUIRE(warnings.empty());
  return std::move(*project);
}

using Names = std::set<std::string, std::less<>>;

Names names_of(const Project& project, const NodeSet& set) {
  Names names;
  set.for_each([&](NodeId id) { names.emplace(project.node(id).unique_id); });
  return names;
}

// The obvious implementation: one breadth-first walk from every start on its own, edge by edge.
Names slow_reach(const Graph& graph, const std::set<std::size_t>& start, std::size_t depth,
                 const std::optional<std::set<std::size_t>>& within, bool upstream) {
  const auto neighbours = [&](std::size_t node) {
    if (upstream) return graph.parents[node];
    std::set<std::size_t> children;
    for (std::size_t i = 0; i < graph.parents.size(); ++i) {
      if (graph.parents[i].contains(node)) children.insert(i);
    }
    return children;
  };
  Names reached;
  for (const std::size_t from : start) {
    std::set<std::size_t> level{from};
    for (std::size_t step = 0; step < depth && !level.empty(); ++step) {
      std::set<std::size_t> next;
      for (const std::size_t node : level) {
        for (const std::size_t neighbour : neighbours(node)) {
          if (!within || within->contains(neighbour)) next.insert(neighbour);
        }
      }
      for (const std::size_t node : next) reached.insert(graph.ids[node]);
      level = std::move(next);
    }
  }
  return reached;
}

}  // namespace

TEST_CASE("ancestors and descendants are those of the obvious walk, for every depth") {
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    const Graph graph = random_graph(random);
    const Project project = project_of(graph, random);
    const std::size_t size = graph.ids.size();
    const auto some = [&] {
      std::set<std::size_t> nodes;
      for (std::size_t n = random() % 5; n > 0; --n) nodes.insert(random() % size);
      return nodes;
    };
    const auto as_set = [&](const std::set<std::size_t>& nodes) {
      NodeSet set(size);
      for (const std::size_t i : nodes) set.insert(*project.find(graph.ids[i]));
      return set;
    };
    const std::set<std::size_t> start = some();
    std::optional<std::set<std::size_t>> within;
    if (random() % 2 == 0) {
      within.emplace();
      for (std::size_t i = 0; i < size; ++i) {
        if (random() % 4 != 0) within->insert(i);
      }
    }
    const NodeSet allowed = within ? as_set(*within) : NodeSet();
    const NodeSet* bound = within ? &allowed : nullptr;
    for (const std::size_t depth : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{5}, kAnyDepth}) {
      REQUIRE(names_of(project, ancestors(project, as_set(start), depth, bound)) ==
              slow_reach(graph, start, depth, within, true));
      REQUIRE(names_of(project, descendants(project, as_set(start), depth, bound)) ==
              slow_reach(graph, start, depth, within, false));
    }
  }
}

TEST_CASE("parents and children are the same edges, each once, in the order of ids") {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    const Graph graph = random_graph(random);
    const Project project = project_of(graph, random);
    std::set<std::pair<std::string_view, std::string_view>> expected;
    for (std::size_t i = 0; i < graph.ids.size(); ++i) {
      for (const std::size_t parent : graph.parents[i]) expected.emplace(graph.ids[i], graph.ids[parent]);
    }
    std::set<std::pair<std::string_view, std::string_view>> by_parents;
    std::set<std::pair<std::string_view, std::string_view>> by_children;
    std::size_t edges = 0;
    for (std::uint32_t i = 0; i < project.size(); ++i) {
      const NodeId id{i};
      const auto parents = project.parents(id);
      const auto children = project.children(id);
      REQUIRE(std::ranges::is_sorted(parents));
      REQUIRE(std::ranges::is_sorted(children));
      edges += parents.size();
      for (const NodeId parent : parents)
        by_parents.emplace(project.node(id).unique_id, project.node(parent).unique_id);
      for (const NodeId child : children)
        by_children.emplace(project.node(child).unique_id, project.node(id).unique_id);
    }
    REQUIRE(by_parents == expected);
    REQUIRE(by_children == expected);
    REQUIRE(edges == expected.size());
  }
}

TEST_CASE("a start is in the result only where it is upstream of another start") {
  std::mt19937 random(3);
  const Graph graph{{"model.p.a", "model.p.b", "model.p.c"}, {{}, {0}, {1}}};  // a <- b <- c
  const Project project = project_of(graph, random);
  NodeSet start(project.size());
  start.insert(*project.find("model.p.b"));
  start.insert(*project.find("model.p.c"));
  CHECK(names_of(project, ancestors(project, start)) == Names{"model.p.a", "model.p.b"});
  CHECK(names_of(project, ancestors(project, start, 1)) == Names{"model.p.a", "model.p.b"});
  CHECK(names_of(project, descendants(project, start)) == Names{"model.p.c"});
  CHECK(ancestors(project, start, 0).empty());
}
