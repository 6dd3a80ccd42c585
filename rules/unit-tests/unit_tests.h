// What a unit test is made of: its model, its inputs, and how their rows are written.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lint/lint_project.h"

namespace plowline {

struct UnitTestInput {
  std::string input;   // as written: `ref('orders')`, `source('raw', 'orders')`, `this`
  std::string format;  // `dict`, `csv`, `sql`
};

struct UnitTestParts {
  std::vector<UnitTestInput> given;
  std::string expect_format;
};

// Read from the whole record. A format that the record does not name is dbt's default, `dict`.
UnitTestParts unit_test_parts(const LintProject& project, NodeId unit_test);

// How many enabled unit tests have a seed among their inputs, or are said to depend on it. An index.
class UnitTestsOfSeeds {
 public:
  explicit UnitTestsOfSeeds(const LintProject& project);
  std::size_t count(NodeId seed) const;

 private:
  std::map<NodeId, std::size_t> counts_;
};

// Whether dbt can unit test the model: one in Python it cannot.
bool can_be_unit_tested(const LintProject& project, NodeId model);

// The enabled unit tests of a model.
std::size_t number_of_unit_tests(const LintProject& project, NodeId model);

}  // namespace plowline
