// Running rules over a project.
//
//   LintProject project(inputs);
//   Result<RawFindings> found = run_rules(project, rules);
//
// Rules run on as many threads as pay for themselves, each rule on one unless it takes more itself (parallel.h); what
// they find does not depend on that. What comes after (places, suppressions, baseline) is done by lint() for whole
// projects.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "diagnostic/error.h"
#include "lint/finding.h"
#include "lint/lint_project.h"
#include "lint/rule.h"

namespace plowline {

// A rule with what the configuration says of it.
struct ActiveRule {
  std::shared_ptr<const ConfiguredRule> rule;
  Severity severity = Severity::kWarn;
  NodeSet nodes;  // its scope
  // Whether findings that are about no node count: not where only some nodes are looked at.
  bool project_wide = true;
  LintedPackages packages = {};  // whose macros it may look at, besides the root project's
  ScopeLimits limits = {};
};

// A violation that counts.
struct RawFinding {
  std::size_t rule = 0;            // place in the list of rules
  Violation* violation = nullptr;  // one of RawFindings::violations
  Fingerprint fingerprint;
  Fingerprint content_fingerprint;
};

// Not to be copied: `found` points into `violations`.
struct RawFindings {
  RawFindings() = default;
  RawFindings(RawFindings&&) = default;
  RawFindings& operator=(RawFindings&&) = default;

  std::vector<RawFinding> found;
  std::vector<Violations> violations;  // of each rule, as it reported them
};

// A rule of the user's own that could not be run: its SQL is wrong, or takes too long.
struct RuleFailure {
  std::size_t rule = 0;  // place in the list of rules
  Error error;
};

// Why the rule cannot be run on this project; empty where it can.
std::string missing_for(const RuleInfo& rule, const LintProject& project);

// In the order of the rules; within a rule in that of nodes. Fingerprints are set and unique. Violations of nodes
// outside the rule's scope are dropped. A rule of the user's own that fails does not stop the others: it is added to
// `failures` (which may be null), in the rules' order. Errors: a broken record of an artifact.
Result<RawFindings> run_rules(const LintProject& project, const std::vector<ActiveRule>& rules,
                              std::vector<RuleFailure>* failures = nullptr);

}  // namespace plowline
