// Random graphs and random selections, compared with a second evaluator that is slow and follows dbt's description of
// its steps to the letter: sets of names, recursion, no index.
#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "selection/projects.h"

namespace plowline {
namespace {

using Names = std::set<std::string>;
using nlohmann::json;

struct SlowNode {
  std::string type;
  std::string package;
  std::string name;
  std::vector<std::string> fqn;
  bool versioned = false;
  Names tags;
  std::string materialized;
  Names parents;
  bool enabled = true;
};

using Graph = std::map<std::string, SlowNode>;

struct SlowCriterion {
  bool at = false;
  bool plus_before = false;
  int before = -1;     // -1: all
  std::string method;  // as written, with the colon; may be empty
  std::string value;
  bool plus_after = false;
  int after = -1;

  std::string text() const {
    return fmt::format("{}{}{}{}{}{}", at ? "@" : "", plus_before && before >= 0 ? std::to_string(before) : "",
                       plus_before ? "+" : "", method, value,
                       plus_after ? "+" + (after >= 0 ? std::to_string(after) : "") : "");
  }
};

// --- the slow evaluator ----------------------------------------------------------------------------------------------

bool slow_glob(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (slow_glob(text.substr(i), pattern.substr(1))) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  return (pattern[0] == '?' || pattern[0] == text[0]) && slow_glob(text.substr(1), pattern.substr(1));
}

std::vector<std::string> split_dots(const std::string& text) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(text, '.')) parts.emplace_back(part);
  return parts;
}

std::string join(std::span<const std::string> parts, const char* with) {
  return fmt::format("{}", fmt::join(parts, with));
}

bool slow_fqn(const std::vector<std::string>& fqn, const std::string& value, bool versioned) {
  const std::vector<std::string> wanted = split_dots(value);
  if (fqn.empty()) return false;
  if (versioned) {
    if (fqn.size() < 2) return false;
    if (fqn[fqn.size() - 2] == value) return true;
    const std::size_t last = std::min<std::size_t>(2, wanted.size());
    if (join(std::span(fqn).last(2), "_") == join(std::span(wanted).last(last), "_")) return true;
  } else if (fqn.back() == value) {
    return true;
  }
  const std::vector<std::string> flat = split_dots(join(fqn, "."));
  if (flat.size() < wanted.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].find_first_of("*?[]") != std::string::npos) {
      return slow_glob(join(std::span(flat).subspan(i), "."), join(std::span(wanted).subspan(i), "."));
    }
    if (flat[i] != wanted[i]) return false;
  }
  return true;
}

class SlowEvaluator {
 public:
  SlowEvaluator(const Graph& graph, std::string indirect) : graph_(graph), indirect_(std::move(indirect)) {}

  using Sets = std::pair<Names, Names>;  // selected, held back

  Names select(const std::vector<std::vector<SlowCriterion>>& included,
               const std::vector<std::vector<SlowCriterion>>& excluded) {
    Names out = unite(included).first;
    for (const std::string& id : unite(excluded).first) out.erase(id);
    return out;
  }

 private:
  bool is_test(const std::string& id) const {
    return graph_.at(id).type == "test" || graph_.at(id).type == "unit_test";
  }

  Names match(const SlowCriterion& criterion) const {
    Names out;
    for (const auto& [id, node] : graph_) {
      if (node.enabled && matches(criterion, node)) out.insert(id);
    }
    return out;
  }

  static bool matches(const SlowCriterion& criterion, const SlowNode& node) {
    const std::string& value = criterion.value;
    if (criterion.method == "tag:") {
      return std::ranges::any_of(node.tags, [&](const std::string& tag) { return slow_glob(tag, value); });
    }
    if (criterion.method == "package:") return slow_glob(node.package, value == "this" ? "shop" : value);
    if (criterion.method == "resource_type:") return node.type == value;
    if (criterion.method == "config.materialized:") return node.materialized == value && node.type != "unit_test";
    if (criterion.method == "source:") return node.type == "source" && slow_glob(node.name, value);
    if (node.type == "source") return false;
    return slow_fqn(node.fqn, value, node.versioned) ||
           slow_fqn({node.fqn.begin() + 1, node.fqn.end()}, value, node.versioned);
  }

  Names step(const Names& from, bool up) const {
    Names out;
    for (const auto& [id, node] : graph_) {
      for (const std::string& parent : node.parents) {
        if (!node.enabled || !graph_.at(parent).enabled) continue;
        if (up && from.contains(id)) out.insert(parent);
        if (!up && from.contains(parent)) out.insert(id);
      }
    }
    return out;
  }

  Names walk(Names from, bool up, int depth) const {
    Names out;
    for (int i = 0; depth < 0 ? i <= static_cast<int>(graph_.size()) : i < depth; ++i) {
      from = step(from, up);
      out.insert(from.begin(), from.end());
    }
    return out;
  }

  bool parents_in(const std::string& id, const Names& nodes) const {
    return std::ranges::all_of(graph_.at(id).parents,
                               [&](const std::string& parent) { return nodes.contains(parent); });
  }

  Sets evaluate(const SlowCriterion& criterion) const {
    const Names matched = match(criterion);
    Names selected = matched;
    const auto add = [&](const Names& more) { selected.insert(more.begin(), more.end()); };
    if (criterion.at) {
      Names below = walk(matched, false, -1);
      below.insert(matched.begin(), matched.end());
      add(below);
      add(walk(below, true, -1));
    }
    if (criterion.plus_before) add(walk(matched, true, criterion.before));
    if (criterion.plus_after) add(walk(matched, false, criterion.after));
    if (indirect_ == "empty") return {selected, {}};
    Names within = selected;
    if (indirect_ == "buildable") {
      const Names above = walk(selected, true, -1);
      within.insert(above.begin(), above.end());
      for (const auto& [id, node] : graph_) {
        if (node.type == "source") within.insert(id);
      }
    }
    Sets out{selected, {}};
    for (const std::string& id : step(selected, false)) {
      if (!is_test(id)) continue;
      (indirect_ == "eager" || parents_in(id, within) ? out.first : out.second).insert(id);
    }
    return out;
  }

  Names retry(Names direct, const Names& all) const {
    if (direct == all || (indirect_ != "cautious" && indirect_ != "buildable")) return direct;
    Names within = direct;
    if (indirect_ == "buildable") {
      const Names above = walk(direct, true, -1);
      within.insert(above.begin(), above.end());
    }
    for (const std::string& id : all) {
      const std::string& type = graph_.at(id).type;
      if (type != "unit_test" && type != "source" && parents_in(id, within)) direct.insert(id);
    }
    return direct;
  }

  Sets combine(const std::vector<Sets>& parts, bool is_union) const {
    std::vector<Names> direct;
    std::vector<Names> all;
    for (const auto& [selected, held_back] : parts) {
      direct.push_back(selected);
      Names both = selected;
      both.insert(held_back.begin(), held_back.end());
      all.push_back(both);
    }
    const auto combined = [&](const std::vector<Names>& sets) {
      Names out;
      for (const Names& set : sets) out.insert(set.begin(), set.end());
      if (!is_union) {
        for (const Names& set : sets) std::erase_if(out, [&](const std::string& id) { return !set.contains(id); });
      }
      return out;
    };
    const Names every = combined(all);
    return {retry(combined(direct), every), every};
  }

  Sets unite(const std::vector<std::vector<SlowCriterion>>& groups) const {
    std::vector<Sets> united;
    for (const std::vector<SlowCriterion>& group : groups) {
      std::vector<Sets> parts;
      for (const SlowCriterion& criterion : group) parts.push_back(evaluate(criterion));
      united.push_back(combine(parts, false));
    }
    return combine(united, true);
  }

  const Graph& graph_;
  std::string indirect_;
};

// --- random graphs and selections ------------------------------------------------------------------------------------

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int below(int bound) { return static_cast<int>(engine_() % static_cast<unsigned>(bound)); }
  bool one_in(int n) { return below(n) == 0; }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
  }

 private:
  std::mt19937 engine_;
};

Graph random_graph(Random& random) {
  Graph graph;
  std::vector<std::string> ids;
  const int size = 3 + random.below(14);
  for (int i = 0; i < size; ++i) {
    SlowNode node;
    node.type = random.pick<std::string>({"model", "model", "model", "seed", "source", "test", "test", "unit_test"});
    node.package = random.pick<std::string>({"shop", "shop", "extra"});
    node.name = random.pick<std::string>({"a", "b", "c", "stg_a", "stg_b", "a.b"}) +
                (random.one_in(3) ? "" : std::to_string(i));
    node.fqn = {node.package};
    for (int k = random.below(3); k > 0; --k) node.fqn.push_back(random.pick<std::string>({"a", "b", "marts"}));
    node.fqn.push_back(node.name);
    node.versioned = node.type == "model" && random.one_in(4);
    if (node.versioned) node.fqn.push_back("v" + std::to_string(1 + random.below(2)));
    for (const char* tag : {"x", "y", "xy"}) {
      if (random.one_in(3)) node.tags.insert(tag);
    }
    node.materialized = random.pick<std::string>({"view", "table"});
    node.enabled = !random.one_in(12);
    if (node.type != "source" && node.type != "seed") {
      for (int k = random.below(4); k > 0 && !ids.empty(); --k) node.parents.insert(random.pick(ids));
    }
    const std::string id = fmt::format("{}.{}.{}.{}", node.type, node.package, node.name, i);
    graph[id] = node;
    if (node.type != "test" && node.type != "unit_test") ids.push_back(id);
  }
  return graph;
}

json manifest_of(const Graph& graph) {
  json manifest = testing::empty_manifest();
  manifest["unit_tests"] = json::object();
  for (const auto& [id, node] : graph) {
    json record{{"unique_id", id},
                {"resource_type", node.type},
                {"name", node.name},
                {"package_name", node.package},
                {"source_name", node.name},
                {"fqn", node.fqn},
                {"original_file_path", "models/x.sql"},
                {"tags", node.tags},
                {"config", {{"enabled", node.enabled}, {"materialized", node.materialized}, {"tags", node.tags}}},
                {"depends_on", {{"nodes", node.parents}}}};
    if (node.versioned) record["version"] = 1;
    const char* section = node.type == "source" ? "sources" : node.type == "unit_test" ? "unit_tests" : "nodes";
    manifest[section][id] = record;
  }
  return manifest;
}

SlowCriterion random_criterion(Random& random) {
  SlowCriterion out;
  switch (random.below(7)) {
    case 0:
      out.method = "tag:";
      out.value = random.pick<std::string>({"x", "y", "x*", "?", "none"});
      break;
    case 1:
      out.method = "package:";
      out.value = random.pick<std::string>({"this", "extra", "*"});
      break;
    case 2:
      out.method = "resource_type:";
      out.value = random.pick<std::string>({"model", "test", "source", "seed", "unit_test"});
      break;
    case 3:
      out.method = "config.materialized:";
      out.value = random.pick<std::string>({"view", "table"});
      break;
    case 4:
      out.method = "source:";
      out.value = random.pick<std::string>({"a*", "b*", "*"});
      break;
    default:
      out.method = random.one_in(3) ? "fqn:" : "";
      out.value = random.pick<std::string>({"a", "b", "a1", "b2", "stg_*", "a.*", "shop.a", "marts", "*", "*.b*", "a.b",
                                            "extra.*.c?", "a_v1", "a.v1", "shop.b.*", "c.v2", "b_v2", "?", "*b"});
  }
  out.at = random.one_in(8);
  out.plus_before = random.one_in(3);
  out.before = out.plus_before && random.one_in(2) ? random.below(3) : -1;
  out.plus_after = !out.at && random.one_in(3);
  out.after = out.plus_after && random.one_in(2) ? random.below(3) : -1;
  return out;
}

std::vector<std::vector<SlowCriterion>> random_union(Random& random, int most) {
  std::vector<std::vector<SlowCriterion>> out(static_cast<std::size_t>(1 + random.below(most)));
  for (auto& group : out) {
    for (int i = random.one_in(2) ? 1 + random.below(3) : 1; i > 0; --i) group.push_back(random_criterion(random));
  }
  return out;
}

std::vector<std::string> texts_of(const std::vector<std::vector<SlowCriterion>>& groups) {
  std::vector<std::string> out;
  for (const auto& group : groups) {
    std::vector<std::string> parts;
    for (const SlowCriterion& criterion : group) parts.push_back(criterion.text());
    out.push_back(join(parts, ","));
  }
  return out;
}

TEST_CASE("random selections over random graphs agree with the slow evaluator") {
  int compared = 0;
  for (unsigned seed = 0; seed < 150; ++seed) {
    Random random(seed);
    const Graph graph = random_graph(random);
    const Project project = testing::project_of(manifest_of(graph));
    Selector selector(project, {});
    for (int i = 0; i < 40; ++i) {
      const auto included = random_union(random, 3);
      const auto excluded = random.one_in(2) ? random_union(random, 2) : std::vector<std::vector<SlowCriterion>>{};
      SelectionRequest request;
      request.select = texts_of(included);
      request.exclude = texts_of(excluded);
      const std::string indirect = random.pick<std::string>({"eager", "cautious", "buildable", "empty"});
      request.indirect = *indirect_selection_from(indirect);
      Warnings warnings;
      const Result<Selection> selection = selector.select(request, warnings);
      REQUIRE(selection.has_value());
      Names ours;
      selection->nodes.for_each([&](NodeId id) { ours.emplace(project.node(id).unique_id); });
      const Names slow = SlowEvaluator(graph, indirect).select(included, excluded);
      if (ours != slow) {
        FAIL_CHECK(fmt::format("seed {}: --select {} --exclude {} {}:\n  ours {}\n  slow {}", seed,
                               fmt::join(request.select, " "), fmt::join(request.exclude, " "), indirect,
                               fmt::join(ours, " "), fmt::join(slow, " ")));
        return;
      }
      ++compared;
    }
  }
  CHECK(compared == 150 * 40);
}

}  // namespace
}  // namespace plowline
