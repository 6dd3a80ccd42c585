// Linting one project, from its artifacts to its findings.
//
//   rules that apply -> the nodes of each -> run_rules() -> places -> suppressions -> what is new
//
// Several projects are linted one after the other and put together with add(); the baseline, which belongs to all of
// them, is the caller's.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "diagnostic/error.h"
#include "graph/node_set.h"
#include "lint/config.h"
#include "lint/finding.h"
#include "lint/lint_project.h"
#include "selection/select.h"

namespace plowline {

struct LintRequest {
  const LintProject* project = nullptr;
  Selector* selector = nullptr;  // over the same Project
  std::vector<RuleChoice> rules;
  const RuleSet* rule_set = nullptr;  // the rules that there are, for suppressions; null: those of the program
  LintedPackages packages;
  std::vector<std::string> except;  // nodes that no rule looks at
  // Only these nodes: what the command line selects.
  std::optional<NodeSet> selected;
  // Only what these files make (see changed.h).
  std::optional<std::vector<std::filesystem::path>> changed_files;
  // Only what the earlier project does not have: the same rules are run on it, and what both have is left out.
  bool new_only = false;
  // What file names in findings are relative to; empty: the process's own.
  std::filesystem::path working_directory;
};

struct ProjectFindings {
  std::vector<Finding> findings;  // sorted
  std::vector<SkippedRule> skipped;
  std::vector<FailedRule> failed;
  std::size_t suppressed = 0;
  std::size_t nodes = 0;
  std::size_t rules = 0;
};

// Errors: a selector in the configuration that dbt would refuse; a broken record of an artifact. What the selections
// warn of goes to `warnings`.
Result<ProjectFindings> lint(const LintRequest& request, Warnings& warnings);

// Adds a project's findings to the report of all.
void add(LintReport& report, ProjectFindings findings);
// Turns rules that failed into findings of severity error, at the place in the rule's own file. Neither a suppression
// nor a baseline concerns these: it is to be called after both.
void report_failed(LintReport& report);
// Counts errors, warnings and fixable findings, once all are there.
void count(LintReport& report);

}  // namespace plowline
