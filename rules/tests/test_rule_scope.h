// The nodes that a rule about their tests looks at.
#pragma once

#include "lint/rule.h"
#include "rules/tests/project_tests.h"

namespace plowline {

bool is_ephemeral(const LintProject& project, NodeId id);

// Visits the enabled nodes of that type in the scope; ephemeral models only where `with_ephemeral` says so.
template <typename F>
void for_each_tested(const LintProject& project, const RuleScope& scope, ResourceType type, bool with_ephemeral,
                     F&& visit) {
  scope.for_each_enabled(type, [&](NodeId id) {
    if ((with_ephemeral || !is_ephemeral(project, id))) visit(id);
  });
}

// What ephemeral models are to rules that count tests.
inline constexpr const char* kEphemeralOption =
    "Ephemeral models are looked at as well. dbt builds nothing for them, so by default they are not.";

// What such a rule says after the number: what follows from it.
inline constexpr const char* kUnnoticed = "what goes wrong in its rows reaches its readers unnoticed";

}  // namespace plowline
