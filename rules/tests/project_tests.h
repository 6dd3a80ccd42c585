// The tests of a project, and the nodes that they count for.
//
// Data tests are generic (`not_null` below a column, a `test_metadata` in the manifest) or singular (a query in
// tests/); unit tests are a kind of their own. Two questions are asked about them:
//
//   which tests read a node      every one that has it among its parents: a relationships test reads both of its sides.
//                                So dbt-checkpoint counts the tests of a model or source.
//   which node a test is of      a generic test that to which it is attached, a singular test the last one that it
//                                names, a unit test its model. So dbt-project-evaluator counts.
//
// Disabled tests count for nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lint/lazy_nodes.h"
#include "lint/lint_project.h"

namespace plowline {

enum class TestKind : std::uint8_t { kGeneric, kSingular, kUnit };

// `generic`, `singular`, `unit`.
std::string_view to_string(TestKind kind);
// Also the words of older dbt versions: `schema` is generic, `data` singular.
std::optional<TestKind> test_kind_from(std::string_view word);

// Views into the Project and the ProjectTests.
struct ProjectTest {
  NodeId id;
  TestKind kind = TestKind::kSingular;
  std::string_view name;     // of a generic test the test's: `not_null`; else the node's own
  std::string_view package;  // of a generic test: `dbt_utils`; empty for dbt's own and the project's
  std::string_view column;   // of a generic test on a column
  RawJson kwargs;            // of a generic test
  std::optional<NodeId> of;  // nothing where no node of the project is left
};

// An index (LintProject::index). A test is read when it is first asked for.
class ProjectTests {
 public:
  explicit ProjectTests(const LintProject& project);

  // Null where the node is no test, or a disabled one.
  const ProjectTest* find(NodeId id) const;

  // Visits the tests that read the node, in the order of their ids.
  template <typename F>
  void for_each_reading(NodeId node, F&& visit) const {
    for (const NodeId child : project_.project().children(node)) {
      if (const ProjectTest* test = find(child)) visit(*test);
    }
  }
  // Visits the tests that are of the node, in the order of their ids.
  template <typename F>
  void for_each_of(NodeId node, F&& visit) const {
    for_each_reading(node, [&](const ProjectTest& test) {
      if (test.of == node) visit(test);
    });
  }

 private:
  const LintProject& project_;
  mutable LazyNodes<ProjectTest> tests_;
};

// Whether `wanted`, as users write it, is the name of that test: `unique` is it in any package,
// `dbt_utils.unique_combination_of_columns` in that one.
bool is_named(const ProjectTest& test, std::string_view wanted);

// For messages, printable: `the test unique of orders (order_id)`; of a singular test `the test
// no_refund_without_order`.
std::string readable_test(const LintProject& project, const ProjectTest& test);

}  // namespace plowline
