// What counts as covered: models and their columns, described or tested. Every rule that holds a share against a target
// or against the state counts so.
#pragma once

#include <cstdint>
#include <string_view>

#include "lint/covered_share.h"
#include "lint/rule.h"

namespace plowline {

// A data test is of the model (rules/tests/project_tests.h); unit tests do not count.
bool is_tested(const LintProject& project, NodeId model);
// Of the declared columns those that have a description.
CoveredShare described_columns(const LintProject& project, NodeId model);
// Of the columns (`declared`, or those of the `catalog`) those that have a test of their own.
CoveredShare tested_columns(const LintProject& project, NodeId model, std::string_view source);

CoveredShare& operator+=(CoveredShare& sum, const CoveredShare& share);

// Visits the enabled models of the earlier project with which those of the scope are compared: those that have a node
// in the scope now, and the project's own that are gone since.
template <typename F>
void for_each_earlier_model(const LintProject& now, const RuleScope& scope, F&& visit) {
  const LintProject& before = *now.state();
  for (std::uint32_t i = 0; i < before.project().size(); ++i) {
    const NodeId id{i};
    if (before.project().type(id) != ResourceType::kModel || !before.project().enabled(id)) continue;
    const auto same = now.project().find(before.node(id).unique_id);
    if (same ? scope.contains(*same) : before.is_own(id)) visit(id);
  }
}

}  // namespace plowline
