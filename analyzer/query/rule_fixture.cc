#include "query/rule_fixture.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <utility>

#include "artifact/catalog.h"
#include "artifact/file.h"
#include "artifact/manifest.h"
#include "artifact/results.h"
#include "lint/config_value.h"
#include "lint/engine.h"
#include "lint/lint_project.h"

namespace plowline {
namespace {

namespace fs = std::filesystem;
using Kind = PlacedValue::Kind;

// A finding as a test expects it: what is not written is not compared.
struct ExpectedFinding {
  std::optional<std::string> unique_id;  // `project` for a finding on the project as a whole
  std::optional<std::string> column_name;
  std::optional<std::string> message;
  std::optional<std::int64_t> line;
};

struct RuleTest {
  std::string name;
  std::size_t line = 0;
  const PlacedValue* nodes = nullptr;
  const PlacedValue* before = nullptr;
  std::string project;
  fs::path manifest;
  fs::path state;
  fs::path catalog;
  fs::path run_results;
  std::optional<std::vector<ExpectedFinding>> expect;
  std::optional<Error> wrong;  // why it is no test
};

template <typename T, typename To>
Result<void> keep(Result<T> read, To& target) {
  if (!read) return std::unexpected(std::move(read.error()));
  target = *std::move(read);
  return {};
}

// --- reading the file ------------------------------------------------------------------------------------------------

class TestFileReader {
 public:
  explicit TestFileReader(const fs::path& file) : reader_(file) {}

  Result<std::vector<RuleTest>> read(const PlacedValue& document) const {
    std::vector<RuleTest> tests;
    const auto read_tests = [&](const PlacedValue& value) -> Result<void> {
      if (value.kind != Kind::kList) return reader_.wrong_kind(value, "tests", "a list");
      for (const PlacedValue& item : value.items) {
        auto test = read_test(item);
        tests.push_back(test ? *std::move(test) : wrong_test(item, std::move(test.error())));
      }
      return {};
    };
    if (document.kind == Kind::kNull) return reader_.error({{}, {}, 1, 1}, "there is no test in the file", kForm);
    if (auto read = reader_.map(document, "a rule's tests", {{"tests", read_tests}}); !read) {
      return std::unexpected(std::move(read.error()));
    }
    return tests;
  }

 private:
  static constexpr const char* kForm =
      "tests: [{name: …, nodes: {model.shop.orders: {…}}, expect: [model.shop.orders]}]";

  static RuleTest wrong_test(const PlacedValue& value, Error error) {
    RuleTest test;
    test.line = value.position.line;
    const PlacedValue* name = value.kind == Kind::kMap ? value.get("name") : nullptr;
    if (name != nullptr && name->kind == Kind::kText) test.name = name->text;
    test.wrong = std::move(error);
    return test;
  }

  Result<RuleTest> read_test(const PlacedValue& value) const {
    RuleTest test;
    test.line = value.position.line;
    const auto path = [this](const char* what, fs::path& target) -> ConfigValueReader::Key {
      return {what, [this, what, &target](const PlacedValue& at) { return keep(reader_.path(at, what), target); }};
    };
    const auto text = [this](const char* what, std::string& target) -> ConfigValueReader::Key {
      return {what, [this, what, &target](const PlacedValue& at) { return keep(reader_.text(at, what), target); }};
    };
    const auto nodes = [this](const char* what, const PlacedValue*& target) -> ConfigValueReader::Key {
      return {what, [this, what, &target](const PlacedValue& at) { return read_nodes(at, what, target); }};
    };
    const auto expect = [&](const PlacedValue& at) { return keep(read_expected(at), test.expect); };
    const std::vector<ConfigValueReader::Key> keys{text("name", test.name),
                                                   nodes("nodes", test.nodes),
                                                   nodes("before", test.before),
                                                   text("project", test.project),
                                                   path("manifest", test.manifest),
                                                   path("state", test.state),
                                                   path("catalog", test.catalog),
                                                   path("run_results", test.run_results),
                                                   {"expect", expect}};
    if (auto read = reader_.map(value, "a test", keys); !read) return std::unexpected(std::move(read.error()));
    if ((test.nodes != nullptr) == !test.manifest.empty()) {
      return reader_.error(value.position, "a test needs a project: either nodes or a manifest", kForm);
    }
    if (test.before != nullptr && !test.state.empty()) {
      return reader_.error(value.position, "the earlier project is given twice: before and state", "keep one of them");
    }
    if (!test.expect) {
      return reader_.error(value.position, "a test says what it expects", "expect: [] where nothing is to be found");
    }
    return test;
  }

  Result<void> read_nodes(const PlacedValue& value, const char* what, const PlacedValue*& target) const {
    if (value.kind != Kind::kMap) return reader_.wrong_kind(value, what, "a map of nodes by their unique_ids");
    for (const auto& [key, node] : value.members) {
      if (std::ranges::count(key.text, '.') < 2) {
        return reader_.error(key.position, fmt::format("{}: '{}' is no unique_id", what, printable(key.text)),
                             "for example model.shop.orders");
      }
      if (node.kind != Kind::kMap && node.kind != Kind::kNull) {
        return reader_.wrong_kind(node, printable(key.text), "a map of what the manifest has of it");
      }
    }
    target = &value;
    return {};
  }

  Result<std::vector<ExpectedFinding>> read_expected(const PlacedValue& value) const {
    if (value.kind != Kind::kList) return reader_.wrong_kind(value, "expect", "a list of findings");
    std::vector<ExpectedFinding> all;
    for (const PlacedValue& item : value.items) {
      ExpectedFinding one;
      if (item.kind == Kind::kText) {
        one.unique_id = item.text;
      } else {
        const auto text = [&](const char* what, std::optional<std::string>& target) -> ConfigValueReader::Key {
          return {what, [this, what, &target](const PlacedValue& at) { return keep(reader_.text(at, what), target); }};
        };
        const std::vector<ConfigValueReader::Key> keys{
            text("unique_id", one.unique_id),
            text("column_name", one.column_name),
            text("message", one.message),
            {"line", [&](const PlacedValue& at) { return keep(reader_.whole_number(at, "line", 1), one.line); }}};
        if (auto read = reader_.map(item, "an expected finding", keys); !read) {
          return std::unexpected(std::move(read.error()));
        }
      }
      all.push_back(std::move(one));
    }
    return all;
  }

  ConfigValueReader reader_;
};

// --- running one -----------------------------------------------------------------------------------------------------

// What keeps a test's artifacts alive.
struct TestArtifacts {
  std::optional<Project> project;
  std::optional<Project> earlier;
  std::optional<Catalog> catalog;
  std::optional<Results> run_results;
  std::unique_ptr<LintProject> lint_earlier;
  std::unique_ptr<LintProject> lint;
};

Result<void> read_project(std::optional<Project>& target, const PlacedValue* nodes, const std::string& name,
                          const fs::path& file, Warnings& warnings) {
  auto manifest = nodes != nullptr
                      ? read_manifest(FileBytes::copy_of(manifest_of_nodes(*nodes, name), "the test's nodes"), warnings)
                      : read_manifest(file, warnings);
  if (!manifest) return std::unexpected(std::move(manifest.error()));
  auto project = Project::build(*std::move(manifest), warnings);
  if (!project) return std::unexpected(std::move(project.error()));
  target.emplace(*std::move(project));
  return {};
}

Result<std::unique_ptr<TestArtifacts>> read_artifacts(const RuleTest& test, Warnings& warnings) {
  auto artifacts = std::make_unique<TestArtifacts>();
  if (auto read = read_project(artifacts->project, test.nodes, test.project, test.manifest, warnings); !read) {
    return std::unexpected(std::move(read.error()));
  }
  if (!test.catalog.empty()) {
    if (auto read = keep(read_catalog(test.catalog, warnings), artifacts->catalog); !read) {
      return std::unexpected(std::move(read.error()));
    }
  }
  if (!test.run_results.empty()) {
    if (auto read = keep(read_results(test.run_results), artifacts->run_results); !read) {
      return std::unexpected(std::move(read.error()));
    }
  }
  if (test.before != nullptr || !test.state.empty()) {
    if (auto read = read_project(artifacts->earlier, test.before, test.project, test.state, warnings); !read) {
      return std::unexpected(std::move(read.error()));
    }
    artifacts->lint_earlier = std::make_unique<LintProject>(LintInputs{.project = &*artifacts->earlier});
  }
  artifacts->lint = std::make_unique<LintProject>(
      LintInputs{.project = &*artifacts->project,
                 .catalog = artifacts->catalog ? &*artifacts->catalog : nullptr,
                 .run_results = artifacts->run_results ? &*artifacts->run_results : nullptr,
                 .state = artifacts->lint_earlier.get()});
  return artifacts;
}

// A violation as a test sees it.
struct FoundFinding {
  std::string unique_id;
  std::string column_name;
  std::string message;
  std::optional<std::int64_t> line;

  std::string text() const {
    return fmt::format("{}{}{}: {}", unique_id.empty() ? "project" : printable(unique_id),
                       column_name.empty() ? "" : ", column " + printable(column_name),
                       line ? fmt::format(", line {}", *line) : "", message);
  }
};

FoundFinding found_finding(const LintProject& project, const Violation& violation) {
  FoundFinding found{.column_name = violation.column, .message = violation.message, .line = {}};
  std::string_view code;
  if (violation.node) {
    found.unique_id = project.node(*violation.node).unique_id;
    code = project.code(*violation.node);
  } else if (violation.macro != nullptr) {
    found.unique_id = violation.macro->unique_id;
    code = project.code(*violation.macro);
  }
  if (violation.at.kind == Anchor::Kind::kCode)
    found.line = 1 + std::ranges::count(code.substr(0, violation.at.offset), '\n');
  return found;
}

bool fits(const ExpectedFinding& expected, const FoundFinding& found) {
  const std::string_view unique_id = found.unique_id.empty() ? std::string_view("project") : found.unique_id;
  return (!expected.unique_id || *expected.unique_id == unique_id) &&
         (!expected.column_name || *expected.column_name == found.column_name) &&
         (!expected.message || *expected.message == found.message) && (!expected.line || expected.line == found.line);
}

std::string text_of(const ExpectedFinding& expected) {
  std::vector<std::string> parts;
  if (expected.unique_id) parts.push_back(printable(*expected.unique_id));
  if (expected.column_name) parts.push_back("column " + printable(*expected.column_name));
  if (expected.line) parts.push_back(fmt::format("line {}", *expected.line));
  std::string text = fmt::format("{}", fmt::join(parts, ", "));
  if (expected.message) text += (text.empty() ? "" : ": ") + printable(*expected.message);
  return text.empty() ? "any finding" : text;
}

// Expectations that say more choose first, so that one that says less does not take what another one means.
std::vector<std::string> differences(std::vector<ExpectedFinding> expected, std::vector<FoundFinding> found) {
  const auto precision = [](const ExpectedFinding& one) {
    return int{one.unique_id.has_value()} + int{one.column_name.has_value()} + int{one.message.has_value()} +
           int{one.line.has_value()};
  };
  std::ranges::stable_sort(expected, std::ranges::greater(), precision);
  std::vector<std::string> complaints;
  for (const ExpectedFinding& one : expected) {
    const auto match = std::ranges::find_if(found, [&](const FoundFinding& candidate) { return fits(one, candidate); });
    if (match == found.end()) {
      complaints.push_back("not found: " + text_of(one));
    } else {
      found.erase(match);
    }
  }
  for (const FoundFinding& left : found) complaints.push_back("found, but not expected: " + left.text());
  return complaints;
}

NodeSet all_nodes(const Project& project) {
  NodeSet nodes(project.size());
  for (std::size_t i = 0; i < project.size(); ++i) nodes.insert(static_cast<NodeId>(i));
  return nodes;
}

Result<std::vector<std::string>> run_test(const RuleTest& test, const Rule& rule) {
  Warnings warnings;
  const auto artifacts = read_artifacts(test, warnings);
  if (!artifacts) return std::unexpected(artifacts.error());
  // (In a project that is written for the test, what dbt would not write is a slip.)
  std::vector<std::string> complaints;
  for (const Warning& warning : warnings) {
    if (test.nodes != nullptr) complaints.push_back(printable(warning.message));
  }
  const LintProject& project = *(*artifacts)->lint;
  if (const std::string missing = missing_for(rule.info(), project); !missing.empty()) {
    complaints.push_back("the rule " + missing);
    return complaints;
  }
  std::vector<RuleFailure> failures;
  const std::vector<ActiveRule> rules{
      {rule.configure({}), Severity::kWarn, all_nodes(project.project()), true, {.all = true, .names = {}}}};
  const auto raw = run_rules(project, rules, &failures);
  if (!raw) return std::unexpected(raw.error());
  if (!failures.empty()) {
    complaints.push_back(to_text(failures.front().error));
    return complaints;
  }
  std::vector<FoundFinding> found;
  for (const RawFinding& finding : raw->found) found.push_back(found_finding(project, *finding.violation));
  std::ranges::move(differences(*test.expect, std::move(found)), std::back_inserter(complaints));
  return complaints;
}

// What is wrong with a test's project. To run dbt once more is no remedy for that, and a byte of a manifest that is
// made of the test's nodes tells nothing.
std::string complaint_of(Error error, const RuleTest& test) {
  if (test.nodes != nullptr) error.position.offset.reset();
  error.next_step.clear();
  return to_text(error);
}

std::vector<std::string> complaints_of(const RuleTest& test, const Rule& rule) {
  if (test.wrong) return {to_text(*test.wrong)};
  auto complaints = run_test(test, rule);
  return complaints ? *std::move(complaints) : std::vector{complaint_of(std::move(complaints.error()), test)};
}

}  // namespace

fs::path tests_of_rule(const fs::path& sql_file) {
  fs::path file = sql_file;
  return file.replace_extension(".test.yml");
}

Result<std::vector<RuleTestOutcome>> run_rule_tests(const fs::path& test_file, const Rule& rule) {
  const auto bytes = FileBytes::read(test_file);
  if (!bytes) return std::unexpected(bytes.error());
  const auto document = placed_value_from_yaml(bytes->text(), bytes->name());
  if (!document) return std::unexpected(document.error());
  const auto tests = TestFileReader(test_file).read(*document);
  if (!tests) return std::unexpected(tests.error());
  std::vector<RuleTestOutcome> outcomes;
  for (const RuleTest& test : *tests) {
    const std::string name = test.name.empty() ? fmt::format("line {}", test.line) : test.name;
    outcomes.push_back({name, test.line, complaints_of(test, rule)});
  }
  return outcomes;
}

}  // namespace plowline
