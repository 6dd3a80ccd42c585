// What `plowline rules test` finds out, and how it is told.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "diagnostic/error.h"
#include "query/rule_fixture.h"

namespace plowline {

// One of the user's own rules with what its tests say.
struct TestedRule {
  std::string name;                       // of the rule; empty where its header cannot be read
  std::filesystem::path file;             // the rule's
  std::filesystem::path tests;            // where its tests stand, or would
  std::optional<Error> broken;            // why the rule cannot be run; no test is, then
  std::optional<Error> unreadable;        // why the file of tests is none
  std::vector<RuleTestOutcome> outcomes;  // of each test, in the file's order

  bool is_without_test() const { return !broken && !unreadable && outcomes.empty(); }
};

struct RuleTestSummary {
  std::size_t passed = 0;        // tests
  std::size_t failed = 0;        // tests, and rules and files of tests that are wrong
  std::size_t without_test = 0;  // rules
};

// Never fails: what is wrong is a part of the answer.
TestedRule test_rule(const std::filesystem::path& sql_file);

RuleTestSummary summary_of(std::span<const TestedRule> rules);

std::string rule_tests_text(std::span<const TestedRule> rules);
// As schemas/rules-test.schema.json has it.
std::string rule_tests_json(std::span<const TestedRule> rules);

}  // namespace plowline
