// What the rules are called in other dbt linters: for the rules' pages, and for teams that come from one of these.
//
// One rule may stand for several of another linter, and the other way round; where a name differs in its details, the
// rule with the nearest meaning has it. dbt-bouncer's are its codes, dbt-project-evaluator's its models.
#pragma once

#include <span>
#include <string_view>

namespace plowline {

struct RuleElsewhere {
  std::string_view rule;    // plowline's name
  std::string_view linter;  // `dbt-checkpoint`
  std::string_view name;    // `check-model-has-description`
};

// All of them, sorted by rule, linter and name.
std::span<const RuleElsewhere> rules_elsewhere();
// Those of one rule; none where no other linter has it.
std::span<const RuleElsewhere> elsewhere(std::string_view rule);

}  // namespace plowline
