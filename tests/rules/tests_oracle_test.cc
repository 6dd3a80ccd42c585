// The rules about tests and sources that dbt-project-evaluator and dbt-checkpoint have, too, over what these found in a
// real project.
#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <nlohmann/json.hpp>
#include <re2/re2.h>
#include <set>
#include <sstream>

#include "lint/node_name.h"
#include "rules/oracle_run.h"
#include "rules/tests/project_tests.h"

namespace plowline {
namespace {

using Names = std::multiset<std::string>;
using Json = nlohmann::json;

constexpr std::string_view kEvaluatorItself = "dbt_project_evaluator";

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::istringstream in(testing::read_text(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    RE2::GlobalReplace(&line, "\x1B\\[[0-9;]*m|\r", "");
    lines.push_back(line);
  }
  return lines;
}

Names unique_names(const Names& names) {
  const std::set<std::string> once(names.begin(), names.end());
  return {once.begin(), once.end()};
}

// --- the evaluator ---

struct Evaluated {
  std::filesystem::path folder;
  std::unique_ptr<Project> project;

  explicit Evaluated(const std::filesystem::path& shared)
      : folder(shared / "oracle" / "evaluator" / "big_features"),
        project(testing::open_manifest(folder / "manifest.json")) {}

  // The first column of a table.
  Names column(const std::string& table) const {
    Names names;
    const auto lines = lines_of(folder / (table + ".csv"));
    REQUIRE(!lines.empty());
    for (auto line = lines.begin() + 1; line != lines.end(); ++line) names.insert(line->substr(0, line->find(',')));
    return names;
  }

  // The nodes that a rule finds, those of packages included, and the evaluator's own left out, as it does itself.
  Names found(const std::string& rule, const std::string& options = "") const {
    const LintProject linted({.project = project.get()});
    Names names;
    testing::for_each_finding({.project = *project, .packages = true}, rule, options, [&](const Violation& violation) {
      REQUIRE(violation.node);
      if (project->node(*violation.node).package_name == kEvaluatorItself) return;
      names.insert(readable_name(linted, *violation.node));
    });
    return names;
  }

  // The evaluator takes the sources of one name in two packages for one, which is used when one of them is: a source
  // that nothing reads is then not in its table.
  Names without_used_names(Names names) const {
    const LintProject linted({.project = project.get()});
    for (std::uint32_t i = 0; i < project->size(); ++i) {
      const NodeId id{i};
      const bool is_source = project->type(id) == ResourceType::kSource;
      if (is_source && std::ranges::any_of(project->children(id), [&](NodeId child) {
            return project->type(child) == ResourceType::kModel;
          })) {
        names.erase(readable_name(linted, id));
      }
    }
    return names;
  }
};

// --- dbt-checkpoint ---

struct Checkpointed {
  std::filesystem::path folder;
  std::unique_ptr<Project> project;

  explicit Checkpointed(const std::filesystem::path& shared)
      : folder(shared / "oracle" / "checkpoint_big_features"),
        project(testing::open_manifest(shared / "oracle" / "big_features" / "target" / "manifest.json")) {
    for (const std::string& line : lines_of(folder / "FILES.txt")) {
      const std::filesystem::path path(line);
      if (path.extension() == ".sql") files_.insert(path.stem().string());
    }
    REQUIRE(!files_.empty());
  }

  // The words behind an argument of a hook, as it was run.
  std::vector<std::string> argument(const std::string& file, const std::string& name) const {
    std::vector<std::string> words;
    for (const std::string& line : lines_of(folder / "results.jsonl")) {
      const Json run = Json::parse(line);
      if (run["file"] != file + ".out") continue;
      bool within = false;
      for (const std::string word : run["args"]) {
        if (word.starts_with("--")) {
          within = word == name;
        } else if (within) {
          words.push_back(word);
        }
      }
    }
    REQUIRE_MESSAGE(!words.empty(), file << " has no " << name);
    return words;
  }

  // What stands before `mark` in the lines that have it.
  Names printed(const std::string& file, std::string_view mark) const {
    Names names;
    for (const std::string& line : lines_of(folder / (file + ".out"))) {
      if (const std::size_t at = line.find(mark); at != std::string::npos) names.insert(line.substr(0, at));
    }
    return names;
  }

  // dbt-checkpoint looks for models by the names of the files that it is given (SQL only), in every package: a model of
  // another package is looked at when one of one's own has a file of that name. It is not, here, unless the test says
  // so. Empty: it does not look at the model.
  std::string file_of(NodeId id) const {
    const NodeRecord& node = project->node(id);
    if (node.resource_type != ResourceType::kModel) return {};
    const std::string name(node.name);
    const std::string version = scalar_of(node.version);
    if (!version.empty() && files_.contains(name + "_v" + version)) return name + "_v" + version;
    return files_.contains(name) ? name : std::string();
  }

  Names found_models(const std::string& rule, const std::string& options, bool by_file = false) const {
    Names names;
    testing::for_each_finding({.project = *project, .packages = true}, rule, options, [&](const Violation& violation) {
      const std::string file = file_of(*violation.node);
      if (!file.empty()) names.insert(by_file ? file : std::string(project->node(*violation.node).name));
    });
    return names;
  }

  Names found_sources(const std::string& rule, const std::string& options = "") const {
    const LintProject linted({.project = project.get()});
    Names names;
    testing::for_each_finding({.project = *project}, rule, options, [&](const Violation& violation) {
      names.insert(readable_name(linted, *violation.node));
    });
    return names;
  }

  // dbt-checkpoint reads sources from the YAML files and does not see that a table is disabled: those it reports
  // wrongly, since nothing can read or test them.
  Names without_disabled(const Names& names) const {
    Names out = unique_names(names);
    for (const NodeRecord& node : project->disabled()) {
      if (node.resource_type == ResourceType::kSource) out.erase(fmt::format("{}.{}", node.source_name, node.name));
    }
    return out;
  }

 private:
  std::set<std::string> files_;
};

// `{unique: 1, not_null: 1}` of `unique=1 not_null=1`.
std::map<std::string, std::string> pairs_of(const std::vector<std::string>& words) {
  std::map<std::string, std::string> pairs;
  for (const std::string& word : words) pairs[word.substr(0, word.find('='))] = word.substr(word.find('=') + 1);
  return pairs;
}

struct TestedModels {
  std::size_t models = 0;
  std::size_t tested = 0;
  std::size_t rows = 0;         // of the evaluator's join
  std::size_t tested_rows = 0;  // of these
};

// The evaluator's definition, worked out here from the manifest's own JSON. Its table joins the models with themselves
// by name: each model counts once for every model of that name.
TestedModels tested_models(const Json& manifest) {
  std::set<std::string> tested;
  for (const auto& [unique_id, node] : manifest["nodes"].items()) {
    if (node["resource_type"] != "test") continue;
    const Json& parents = node["depends_on"]["nodes"];
    if (parents.empty()) continue;
    const bool attached = node.contains("attached_node") && node["attached_node"].is_string();
    tested.insert((attached ? node["attached_node"] : parents.back()).get<std::string>());
  }
  std::map<std::string, std::vector<bool>> by_name;
  for (const auto& [unique_id, node] : manifest["nodes"].items()) {
    if (node["resource_type"] != "model" || node["package_name"] == kEvaluatorItself) continue;
    const std::string version = node.value("version", Json()).dump();
    by_name[fmt::format("{}.v{}", node["name"].get<std::string>(), version)].push_back(tested.contains(unique_id));
  }
  TestedModels out;
  for (const auto& [name, models] : by_name) {
    const auto covered = static_cast<std::size_t>(std::ranges::count(models, true));
    out.models += models.size();
    out.tested += covered;
    out.rows += models.size() * models.size();
    out.tested_rows += models.size() * covered;
  }
  return out;
}

}  // namespace

TEST_CASE("tests and sources: the nodes that the evaluator finds") {
  const auto shared = testing::shared_or_skip("what dbt-project-evaluator found");
  if (shared.empty()) return;
  const Evaluated oracle(shared);
  CHECK(oracle.found("primary-key-tested") == oracle.column("fct_missing_primary_key_tests"));
  CHECK(oracle.without_used_names(oracle.found("unused-source")) == oracle.column("fct_unused_sources"));
  CHECK(oracle.found("source-fanout") == oracle.column("fct_source_fanout"));
  // (A name that two packages have stands in this table once.)
  CHECK(unique_names(oracle.found("source-freshness")) == oracle.column("fct_sources_without_freshness"));
  CHECK(!oracle.column("fct_missing_primary_key_tests").empty());
  CHECK(!oracle.column("fct_unused_sources").empty());
  CHECK(!oracle.column("fct_sources_without_freshness").empty());
}

TEST_CASE("duplicate-source: the sources that the evaluator finds") {
  const auto shared = testing::shared_or_skip("what dbt-project-evaluator found");
  if (shared.empty()) return;
  const Evaluated oracle(shared);
  // `truth.ext_raw.things,"ext_src.things, raw.orders"`
  Names expected;
  for (const std::string& line : lines_of(oracle.folder / "fct_duplicate_sources.csv")) {
    const std::size_t quote = line.find('"');
    if (quote == std::string::npos) continue;
    std::istringstream names(line.substr(quote + 1, line.rfind('"') - quote - 1));
    for (std::string name; std::getline(names, name, ',');) expected.insert(name.substr(name.find_first_not_of(' ')));
  }
  CHECK(oracle.found("duplicate-source") == expected);
  CHECK(!expected.empty());
}

TEST_CASE("source-fanout: below every threshold the sources with more models") {
  const auto shared = testing::shared_or_skip("what dbt-project-evaluator found");
  if (shared.empty()) return;
  // (The evaluator finds none at its own threshold in this project.)
  const Evaluated oracle(shared);
  const LintProject linted({.project = oracle.project.get()});
  for (const std::size_t most : {0U, 1U}) {
    Names expected;
    for (std::uint32_t i = 0; i < oracle.project->size(); ++i) {
      const NodeId source{i};
      if (oracle.project->type(source) != ResourceType::kSource) continue;
      const auto models = std::ranges::count_if(oracle.project->children(source), [&](NodeId child) {
        return oracle.project->type(child) == ResourceType::kModel;
      });
      if (static_cast<std::size_t>(models) > most) expected.insert(readable_name(linted, source));
    }
    CHECK(oracle.found("source-fanout", fmt::format("max: {}", most)) == expected);
    CHECK(expected.empty() == (most == 1));
  }
}

TEST_CASE("test-coverage: the evaluator's share, each model counted once") {
  const auto shared = testing::shared_or_skip("what dbt-project-evaluator found");
  if (shared.empty()) return;
  const Evaluated oracle(shared);
  const TestedModels counted = tested_models(Json::parse(testing::read_text(oracle.folder / "manifest.json")));
  // measured_at,total_models,total_tests,tested_models,test_coverage_pct,…
  const auto lines = lines_of(oracle.folder / "fct_test_coverage.csv");
  REQUIRE(lines.size() == 2);
  CHECK(lines[1].find(fmt::format(",{},", counted.rows)) != std::string::npos);
  CHECK(lines[1].find(fmt::format(",{},{:.2f},", counted.tested_rows,
                                  100.0 * static_cast<double>(counted.tested_rows) /
                                      static_cast<double>(counted.rows))) != std::string::npos);

  // (The evaluator's own models have to be left out, so the rule runs over the recorded project without them.)
  Json manifest = Json::parse(testing::read_text(oracle.folder / "manifest.json"));
  for (auto node = manifest["nodes"].begin(); node != manifest["nodes"].end();) {
    node = (*node)["package_name"] == kEvaluatorItself ? manifest["nodes"].erase(node) : std::next(node);
  }
  const testing::TemporaryFolder folder;
  const auto project = testing::open_manifest(folder.write("manifest.json", manifest.dump()));
  std::vector<std::string> messages;
  testing::for_each_finding({.project = *project, .packages = true}, "test-coverage", "",
                            [&](const Violation& violation) { messages.push_back(violation.message); });
  REQUIRE(messages.size() == 1);
  CHECK(messages.front().find(fmt::format("({} of {})", counted.tested, counted.models)) != std::string::npos);
}

TEST_CASE("tests of models: what dbt-checkpoint finds") {
  const auto shared = testing::shared_or_skip("what dbt-checkpoint printed");
  if (shared.empty()) return;
  const Checkpointed oracle(shared);
  for (const std::string file : {"check_model_has_tests", "check_model_has_tests__2"}) {
    const std::string count = oracle.argument(file, "--test-cnt").front();
    CHECK(oracle.found_models("model-min-tests", "min: " + count, true) == oracle.printed(file, ": has only"));
  }
  for (const auto& [test, least] : pairs_of(oracle.argument("check_model_has_tests_by_name", "--tests"))) {
    Names expected;
    for (const std::string& line : lines_of(oracle.folder / "check_model_has_tests_by_name.out")) {
      if (line.find(fmt::format(" {} tests,", test)) != std::string::npos)
        expected.insert(line.substr(0, line.find(':')));
    }
    CHECK(oracle.found_models("model-tests-by-name", fmt::format("tests: {{{}: {}}}", test, least)) == expected);
    CHECK(!expected.empty());
  }
  const std::string group = fmt::format("groups: {{group: [{}]}}",
                                        fmt::join(oracle.argument("check_model_has_tests_by_group", "--tests"), ", "));
  CHECK(oracle.found_models("model-tests-by-group", group) ==
        oracle.printed("check_model_has_tests_by_group", ": has only"));
}

TEST_CASE("model-tests-by-type: what dbt-checkpoint finds for generic tests") {
  const auto shared = testing::shared_or_skip("what dbt-checkpoint printed");
  if (shared.empty()) return;
  const Checkpointed oracle(shared);
  const auto wanted = pairs_of(oracle.argument("check_model_has_tests_by_type", "--tests"));
  Names expected;
  for (const std::string& line : lines_of(oracle.folder / "check_model_has_tests_by_type.out")) {
    if (line.find(" schema tests,") != std::string::npos) expected.insert(line.substr(0, line.find(':')));
  }
  CHECK(oracle.found_models("model-tests-by-type", "tests: {schema: " + wanted.at("schema") + "}") == expected);
  CHECK(!expected.empty());
  // dbt-checkpoint takes every test for a schema test (dbt has not tagged tests with `data` since 0.20), and reports
  // each model that has none of a type of which 0 are asked for. Neither is a finding here.
  REQUIRE(wanted.at("data") == "0");
  CHECK(oracle.found_models("model-tests-by-type", "tests: {data: 0}").empty());
}

TEST_CASE("sources: what dbt-checkpoint finds") {
  const auto shared = testing::shared_or_skip("what dbt-checkpoint printed");
  if (shared.empty()) return;
  const Checkpointed oracle(shared);
  const auto expect = [&](const std::string& file, std::string_view mark) {
    const Names expected = oracle.without_disabled(oracle.printed(file, mark));
    CHECK_MESSAGE(!expected.empty(), file);
    return expected;
  };
  const std::string least = oracle.argument("check_source_has_tests", "--test-cnt").front();
  CHECK(oracle.found_sources("source-min-tests", "min: " + least) == expect("check_source_has_tests", ": has "));

  std::vector<std::string> parts;
  for (const std::string& part : oracle.argument("check_source_has_freshness", "--freshness"))
    parts.push_back(part.substr(0, part.find('_')));
  CHECK(oracle.found_sources("source-freshness",
                             fmt::format("need_loaded_at: true, require: [{}]", fmt::join(parts, ", "))) ==
        expect("check_source_has_freshness", ": mis"));
  CHECK(oracle.found_sources("source-loader") == expect("check_source_has_loader", ": does not"));
  CHECK(oracle.found_sources(
            "source-meta-keys",
            fmt::format("keys: [{}]", fmt::join(oracle.argument("check_source_has_meta_keys", "--meta-keys"), ", "))) ==
        expect("check_source_has_meta_keys", " meta keys don't match"));
  CHECK(oracle.found_sources(
            "source-tags",
            fmt::format("allowed: [{}]", fmt::join(oracle.argument("check_source_tags", "--tags"), ", "))) ==
        expect("check_source_tags", ": has invalid tags"));
  CHECK(oracle.found_sources(
            "source-children-count",
            fmt::format("min: {}, max: {}", oracle.argument("check_source_childs", "--min-child-cnt").front(),
                        oracle.argument("check_source_childs", "--max-child-cnt").front())) ==
        expect("check_source_childs", ": has "));
}

TEST_CASE("test-tags: the tests of models that dbt-checkpoint finds") {
  const auto shared = testing::shared_or_skip("what dbt-checkpoint printed");
  if (shared.empty()) return;
  const Checkpointed oracle(shared);
  const LintProject linted({.project = oracle.project.get()});
  const auto reads_a_model = [&](NodeId test) {
    return std::ranges::any_of(oracle.project->parents(test), [&](NodeId parent) {
      return !oracle.file_of(parent).empty() && linted.config(parent).materialized != "ephemeral";
    });
  };
  Names found;
  testing::for_each_finding({.project = *oracle.project, .packages = true}, "test-tags",
                            fmt::format("allowed: [{}]", fmt::join(oracle.argument("check_test_tags", "--tags"), ", ")),
                            [&](const Violation& violation) {
                              // (It does not look at the tests of sources, seeds and snapshots.)
                              if (reads_a_model(*violation.node))
                                found.insert(std::string(oracle.project->node(*violation.node).unique_id));
                            });
  // It prints a test once for each model that the test reads.
  CHECK(found == unique_names(oracle.printed("check_test_tags", " has wrong tags")));
  CHECK(!found.empty());
}

}  // namespace plowline
