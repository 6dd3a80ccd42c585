// The last test of this program: whether the others have shown of every rule that it finds something and that it can
// be silent. (doctest runs the files in the order of their names.)
#include <doctest/doctest.h>

#include "lint/rule.h"
#include "rules/test_project.h"

using namespace plowline;

TEST_CASE("every rule has a project where it fires and one where it does not") {
  for (const Rule* rule : all_rules()) {
    const std::string& name = rule->info().name;
    if (name == "unused-suppression") continue;  // the engine's own: see the transcripts of plowline lint
    const auto found = testing::rules_seen().find(name);
    const testing::RuleSeen seen = found == testing::rules_seen().end() ? testing::RuleSeen() : found->second;
    CHECK_MESSAGE(seen.fired, name << " fires nowhere in the tests");
    CHECK_MESSAGE(seen.silent, name << " is silent nowhere in the tests");
  }
}

TEST_CASE("every rule is documented") {
  for (const Rule* rule : all_rules()) {
    const RuleInfo& info = rule->info();
    CHECK_MESSAGE(!info.summary.empty(), info.name);
    CHECK_MESSAGE(!info.what.empty(), info.name);
    CHECK_MESSAGE(!info.why.empty(), info.name);
    CHECK_MESSAGE(!info.example.empty(), info.name);
    CHECK_MESSAGE(!info.use_instead.empty(), info.name);
    CHECK_MESSAGE(!info.basis.empty(), info.name);
    for (const OptionSpec& option : rule->options())
      CHECK_MESSAGE(!option.description.empty(), info.name << option.name);
  }
}
