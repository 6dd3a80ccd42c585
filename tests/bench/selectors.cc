// 1,000 different selectors over one loaded project, each timed. Prints the median and the 95th percentile in seconds
// as one JSON object; run.py sets them beside the load of the same process.
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "artifact/manifest.h"
#include "project/project.h"
#include "selection/select.h"

namespace {

using plowline::NodeId;
using plowline::NodeRecord;
using plowline::Project;

constexpr std::size_t kSelectors = 1000;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Every form in turn, each about another node: spread evenly over the models of the project.
std::vector<std::string> selectors_for(const Project& project) {
  std::vector<const NodeRecord*> models;
  for (std::uint32_t i = 0; i < project.size(); ++i) {
    const NodeRecord& node = project.node(NodeId{i});
    if (node.resource_type == plowline::ResourceType::kModel) models.push_back(&node);
  }
  std::vector<std::string> selectors;
  for (std::size_t i = 0; i < kSelectors && !models.empty(); ++i) {
    const NodeRecord& node = *models[i * models.size() / kSelectors];
    const std::string name(node.name);
    const std::string path(node.original_file_path);
    const std::string folder = path.substr(0, path.rfind('/'));
    const std::vector<std::string> forms{
        "+" + name,
        name + "+",
        "2+" + name + "+1",
        "@" + name,
        fmt::format("{}.{}", node.package_name, name),
        "path:" + folder,
        "file:" + path.substr(path.rfind('/') + 1),
        fmt::format("package:{},+{}", node.package_name, name),
        "config.materialized:view,+" + name,
        "tag:t" + std::to_string(i) + " " + name,
    };
    selectors.push_back(forms[i % forms.size()]);
  }
  return selectors;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: {} MANIFEST\n", argv[0]);
    return 2;
  }
  plowline::Warnings warnings;
  const double start = now();
  auto manifest = plowline::read_manifest(argv[1], warnings);
  if (!manifest) return fmt::print(stderr, "{}\n", plowline::to_text(manifest.error())), 3;
  const auto project = Project::build(std::move(*manifest), warnings);
  if (!project) return fmt::print(stderr, "{}\n", plowline::to_text(project.error())), 3;
  const double loaded = now();
  plowline::Selector selector(*project, {});
  std::vector<double> times;
  std::size_t nodes = 0;
  for (const std::string& text : selectors_for(*project)) {
    const double before = now();
    const auto selection = selector.select({.select = {text}}, warnings);
    times.push_back(now() - before);
    if (selection) nodes += selection->nodes.count();
  }
  std::ranges::sort(times);
  fmt::print(R"({{"load": {:.6f}, "median": {:.9f}, "95th": {:.9f}, "selected": {}}})"
             "\n",
             loaded - start, times.at(times.size() / 2), times.at(times.size() * 95 / 100), nodes);
  std::fflush(stdout);
  _exit(0);
}
