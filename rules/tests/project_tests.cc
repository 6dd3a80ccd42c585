#include "rules/tests/project_tests.h"

#include <fmt/format.h>

#include "lint/node_name.h"

namespace plowline {
namespace {

bool is_test(ResourceType type) {
  return type == ResourceType::kTest || type == ResourceType::kUnitTest;
}

std::optional<NodeId> last_parent(const Project& project, const NodeRecord& test) {
  const StringList nodes = test.depends_on.nodes;
  for (auto name = nodes.rbegin(); name != nodes.rend(); ++name) {
    if (const auto found = project.find(*name)) return found;
  }
  return std::nullopt;
}

ProjectTest read_test(const LintProject& lint, NodeId id) {
  const Project& project = lint.project();
  const NodeRecord& node = project.node(id);
  ProjectTest test{.id = id, .name = node.name};
  if (node.resource_type == ResourceType::kUnitTest) {
    test.kind = TestKind::kUnit;
    // (What stands behind the first one are the inputs, where dbt lists them.)
    if (!node.depends_on.nodes.empty()) test.of = project.find(node.depends_on.nodes.front());
    return test;
  }
  if (node.test_metadata.empty()) {
    test.of = last_parent(project, node);
    return test;
  }
  test.kind = TestKind::kGeneric;
  if (const std::optional<TestOfNode>& attached = lint.attached(id)) {
    test.name = attached->test.name;
    test.package = attached->test.package;
    test.column = attached->test.column_name;
    test.kwargs = attached->test.kwargs;
    test.of = attached->node;
  }
  if (!test.of) test.of = last_parent(project, node);
  return test;
}

}  // namespace

std::string_view to_string(TestKind kind) {
  switch (kind) {
    case TestKind::kGeneric:
      return "generic";
    case TestKind::kSingular:
      return "singular";
    case TestKind::kUnit:
      return "unit";
  }
  return "";
}

std::optional<TestKind> test_kind_from(std::string_view word) {
  if (word == "generic" || word == "schema") return TestKind::kGeneric;
  if (word == "singular" || word == "data") return TestKind::kSingular;
  if (word == "unit") return TestKind::kUnit;
  return std::nullopt;
}

ProjectTests::ProjectTests(const LintProject& project) : project_(project), tests_(project.project().size()) {}

const ProjectTest* ProjectTests::find(NodeId id) const {
  if (!is_test(project_.project().type(id)) || !project_.project().enabled(id)) return nullptr;
  return &tests_.get(id, [&] { return std::make_unique<const ProjectTest>(read_test(project_, id)); });
}

bool is_named(const ProjectTest& test, std::string_view wanted) {
  const std::size_t dot = wanted.find('.');
  if (dot == std::string_view::npos) return test.name == wanted;
  const std::string_view package = test.package.empty() ? "dbt" : test.package;
  return package == wanted.substr(0, dot) && test.name == wanted.substr(dot + 1);
}

std::string readable_test(const LintProject& project, const ProjectTest& test) {
  if (test.kind != TestKind::kGeneric || !test.of) return fmt::format("the test {}", printable(test.name));
  const std::string of = readable_name(project, *test.of);
  if (test.column.empty()) return fmt::format("the test {} of {}", printable(test.name), of);
  return fmt::format("the test {} of {} ({})", printable(test.name), of, printable(test.column));
}

}  // namespace plowline
