// The rules about the graph's shape and code against the definitions of dbt-project-evaluator and dbt-checkpoint, where
// the recorded project has no case of them: the definitions are worked out anew from manifests of big projects, and
// from a recorded one that is changed for it.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <re2/re2.h>

#include "lint/node_name.h"
#include "rules/evaluator_graph.h"
#include "rules/oracle_run.h"

namespace plowline {
namespace {

using Json = nlohmann::json;
using Edge = testing::EvaluatorGraph::Edge;
using Names = testing::EvaluatorGraph::Names;

// What the rule finds: the node, or `node <- parent` where the violation's key is a parent's unique_id.
Names found_by_rule(const Project& project, const std::string& rule, const std::string& options, bool with_parent) {
  Names found;
  testing::for_each_finding({.project = project, .packages = true}, rule, options, [&](const Violation& violation) {
    std::string name = dotted_name(project.node(*violation.node));
    if (with_parent) {
      const auto parent = project.find(violation.key);
      REQUIRE(parent);
      name += " <- " + dotted_name(project.node(*parent));
    }
    found.insert(name);
  });
  return found;
}

// One a line, as a failed CHECK shows it.
std::string listed(const Names& names) {
  return fmt::format("{}", fmt::join(names, "\n"));
}

// A definition of the evaluator, and the rule that has to find the same.
struct Definition {
  std::string rule;
  std::string options;
  bool with_parent = false;
  std::function<Names(const testing::EvaluatorGraph&)> expected;
};

bool is_of(const std::string& text, std::initializer_list<std::string_view> values) {
  return std::ranges::find(values, text) != values.end();
}

bool reads_source(const Edge& edge) {
  return edge.parent->type == "source";
}

bool is_model(const Edge& edge) {
  return edge.child->type == "model";
}

std::vector<Definition> definitions() {
  using Graph = testing::EvaluatorGraph;
  return {{"layer-depends-on-source", "", true,
           [](const Graph& graph) {
             return graph.edges([](const Edge& edge) {
               return reads_source(edge) && is_of(edge.child->layer, {"marts", "intermediate"});
             });
           }},
          {"staging-depends-on-staging", "", true,
           [](const Graph& graph) {
             return graph.edges(
                 [](const Edge& edge) { return edge.parent->layer == "staging" && edge.child->layer == "staging"; });
           }},
          {"staging-depends-on-staging", "layer: marts", true,
           [](const Graph& graph) {
             return graph.edges(
                 [](const Edge& edge) { return edge.parent->layer == "marts" && edge.child->layer == "marts"; });
           }},
          {"staging-depends-on-downstream", "", true,
           [](const Graph& graph) {
             return graph.edges([](const Edge& edge) {
               return is_model(edge) && edge.parent->type == "model" && edge.child->layer == "staging" &&
                      is_of(edge.parent->layer, {"marts", "intermediate"});
             });
           }},
          {"rejoining-upstream-concepts", "", true, [](const Graph& graph) { return graph.rejoined(); }},
          {"multiple-sources-joined", "", false,
           [](const Graph& graph) { return graph.with_more_parents(1, reads_source); }},
          {"too-many-joins", "", false, [](const Graph& graph) { return graph.with_more_parents(6, is_model); }},
          {"too-many-joins", "max: 1", false, [](const Graph& graph) { return graph.with_more_parents(1, is_model); }},
          {"root-model", "", false, [](const Graph& graph) { return graph.roots(); }}};
}

// A recorded manifest with every call of ref() and source() in models' code taken away: `analytics.orders`.
Json without_calls(Json manifest) {
  static const RE2 kCall(R"(\{\{\s*(?:ref|source)\((?:[^()]*,)?\s*['"](\w+)['"]\s*\)\s*\}\})");
  for (auto& [id, node] : manifest["nodes"].items()) {
    if (node["resource_type"] != "model") continue;
    auto code = node["raw_code"].get<std::string>();
    RE2::GlobalReplace(&code, kCall, R"(analytics.\1)");
    node["raw_code"] = code;
  }
  return manifest;
}

// dbt-checkpoint's check_script_has_no_table_name with --ignore-dotless-table, but for its lists of functions.
bool has_table_name(std::string code) {
  RE2::GlobalReplace(&code, R"((?s)/\*.*?\*/|\{#.*?#\}|--[^\n]*|'(?:[^']|'')*')", " ");
  RE2::GlobalReplace(&code, R"(([(){}]))", R"( \1 )");
  return RE2::PartialMatch(code, R"((?i)(?:^|\s)(?:from|join)\s+[^\s(){}]*\.[^\s(){}]*)");
}

// The evaluator's find_all_hard_coded_references: from_table_1, from_table_2 and from_table_3.
bool has_hard_coded_reference(std::string code) {
  RE2::GlobalReplace(&code, "--.*", "");
  return RE2::PartialMatch(code,
                           R"re((?i)(?:from|join)\s+(?:(?:[\[`"']?\w+-?\w*[\]`"']?\.){1,2}[\[`"']?\w+-?\w*[\]`"']?|)re"
                           R"re([\[`"']\w+-?\w+[\]`"'])(?:\s|$))re");
}

// Without the evaluator's own models, of which the recording has no code.
Json recorded_manifest(const std::filesystem::path& shared) {
  Json manifest = Json::parse(testing::read_text(shared / "oracle" / "evaluator" / "big_features" / "manifest.json"));
  Json& nodes = manifest["nodes"];
  for (auto node = nodes.begin(); node != nodes.end();) {
    node = (*node)["package_name"] == "dbt_project_evaluator" ? nodes.erase(node) : std::next(node);
  }
  return manifest;
}

struct Changed {
  explicit Changed(const Json& manifest)
      : project(testing::open_manifest(folder.write("manifest.json", manifest.dump()))) {}
  testing::TemporaryFolder folder;
  std::unique_ptr<Project> project;
};

bool is_enabled_sql_model(const Json& node) {
  return node["resource_type"] == "model" && node["language"] == "sql" && node["config"]["enabled"] != false;
}

// The models for which `wanted` says so, as dotted_name() has them.
Names models_where(const Json& manifest, const std::function<bool(const Json&)>& wanted) {
  Names names;
  for (const auto& [id, node] : manifest["nodes"].items()) {
    if (!is_enabled_sql_model(node) || !wanted(node)) continue;
    const Json version = node.value("version", Json());
    names.insert(node["name"].get<std::string>() + (version.is_null() ? "" : ".v" + version.dump()));
  }
  return names;
}

}  // namespace

TEST_CASE("dbt-project-evaluator's definitions find the same in big projects") {
  const auto shared = testing::shared_or_skip("manifests of big projects");
  if (shared.empty()) return;
  std::map<std::string, std::size_t> cases;
  for (const char* name : {"cerebro", "tuva"}) {
    const auto manifest = shared / "corpus" / "large" / name / "target" / "manifest.json";
    const testing::EvaluatorGraph graph(Json::parse(testing::read_text(manifest)));
    const auto project = testing::open_manifest(manifest);
    for (const Definition& definition : definitions()) {
      CAPTURE(name);
      CAPTURE(definition.rule);
      const Names expected = definition.expected(graph);
      CHECK(listed(found_by_rule(*project, definition.rule, definition.options, definition.with_parent)) ==
            listed(expected));
      cases[definition.rule + definition.options] += expected.size();
    }
  }
  for (const auto& [rule, count] : cases) CHECK_MESSAGE(count > 0, rule);
}

TEST_CASE("hard-coded-reference: what dbt-project-evaluator and dbt-checkpoint look for") {
  const auto shared = testing::shared_or_skip("a recorded manifest");
  if (shared.empty()) return;
  const Json manifest = without_calls(recorded_manifest(shared));
  const Changed changed(manifest);
  const auto code_is = [](bool (*has)(std::string)) {
    return [has](const Json& node) { return has(node["raw_code"].get<std::string>()); };
  };
  Names of_evaluator = models_where(manifest, code_is(has_hard_coded_reference));
  CHECK(of_evaluator.size() > 10);
  // It wants a blank behind a name, where this one has a comma.
  CHECK(of_evaluator.insert("finance_report").second);
  const std::string found = listed(found_by_rule(*changed.project, "hard-coded-reference", "", false));
  CHECK(found == listed(of_evaluator));
  CHECK(found == listed(models_where(manifest, code_is(has_table_name))));
}

TEST_CASE("trailing-semicolon: dbt-checkpoint's check-script-semicolon") {
  const auto shared = testing::shared_or_skip("a recorded manifest");
  if (shared.empty()) return;
  Json manifest = recorded_manifest(shared);
  std::size_t number = 0;
  for (auto& [id, node] : manifest["nodes"].items()) {
    if (is_enabled_sql_model(node) && ++number % 2 == 0)
      node["raw_code"] = node["raw_code"].get<std::string>() + ";\n\n";
  }
  const Names expected = models_where(manifest, [](const Json& node) {
    const auto code = node["raw_code"].get<std::string>();
    const std::size_t last = code.find_last_not_of("\r\n");
    return last != std::string::npos && code[last] == ';';
  });
  CHECK(!expected.empty());
  CHECK(listed(found_by_rule(*Changed(manifest).project, "trailing-semicolon", "", false)) == listed(expected));
}

TEST_CASE("permitted-upstream: dbt-checkpoint's check-model-parents-database") {
  const auto shared = testing::shared_or_skip("a recorded manifest");
  if (shared.empty()) return;
  const Json manifest = recorded_manifest(shared);
  const Changed changed(manifest);
  Names expected;
  for (const auto& [id, node] : manifest["nodes"].items()) {
    if (node["resource_type"] != "model" || node["config"]["materialized"] == "ephemeral") continue;
    for (const auto& parent : manifest["parent_map"][id]) {
      const auto name = parent.get<std::string>();
      if (name.starts_with("model.") || name.starts_with("source.")) expected.insert(id + " <- " + name);
    }
  }
  Names found;
  testing::for_each_finding(
      {.project = *changed.project, .packages = true}, "permitted-upstream", "databases: [elsewhere]",
      [&](const Violation& violation) {
        found.insert(std::string(changed.project->node(*violation.node).unique_id) + " <- " + violation.key);
      });
  CHECK(!expected.empty());
  CHECK(listed(found) == listed(expected));
}

TEST_CASE("ref-target-exists: dbt-checkpoint's check-script-ref-and-source") {
  const auto shared = testing::shared_or_skip("a recorded manifest");
  if (shared.empty()) return;
  Json manifest = recorded_manifest(shared);
  std::size_t number = 0;
  for (const char* group : {"nodes", "sources"}) {
    Json& records = manifest[group];
    for (auto at = records.begin(); at != records.end();) {
      const bool readable = (*at)["resource_type"] == "model" || (*at)["resource_type"] == "source";
      at = readable && ++number % 3 == 0 ? records.erase(at) : std::next(at);
    }
  }
  const Names expected = models_where(manifest, [&](const Json& node) {
    return std::ranges::any_of(node["depends_on"]["nodes"], [&](const Json& target) {
      const auto id = target.get<std::string>();
      if (id.starts_with("function.")) return false;  // it looks for them among models
      return !manifest[id.starts_with("source.") ? "sources" : "nodes"].contains(id);
    });
  });
  const Changed changed(manifest);
  Names found;
  testing::for_each_finding({.project = *changed.project, .packages = true}, "ref-target-exists", "",
                            [&](const Violation& violation) {
                              const NodeRecord& node = changed.project->node(*violation.node);
                              if (node.resource_type == ResourceType::kModel && node.language == "sql")
                                found.insert(dotted_name(node));
                            });
  CHECK(!expected.empty());
  CHECK(listed(found) == listed(expected));
}

}  // namespace plowline
