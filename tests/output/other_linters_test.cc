#include "lint/other_linters.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <string>
#include <tuple>

#include "lint/rule.h"

using namespace plowline;

TEST_CASE("what other linters' rules are compared with exists") {
  REQUIRE(!rules_elsewhere().empty());
  for (const RuleElsewhere& other : rules_elsewhere()) {
    CHECK_MESSAGE(find_rule(other.rule) != nullptr, "no rule " << std::string(other.rule) << " ("
                                                               << std::string(other.linter) << ": "
                                                               << std::string(other.name) << ")");
    CHECK_MESSAGE(!other.linter.empty(), std::string(other.rule));
    CHECK_MESSAGE(!other.name.empty(), std::string(other.rule));
  }
}

TEST_CASE("other linters' rules are in order, each once for a rule") {
  const auto row = [](const RuleElsewhere& other) { return std::tuple(other.rule, other.linter, other.name); };
  const auto rows = rules_elsewhere();
  const auto wrong =
      std::ranges::adjacent_find(rows, [&](const auto& one, const auto& next) { return row(one) >= row(next); });
  CHECK_MESSAGE(wrong == rows.end(), std::string(wrong == rows.end() ? "" : wrong->rule)
                                         << " " << std::string(wrong == rows.end() ? "" : wrong->name));
}
