// Findings that the user put aside: comments in SQL and YAML files, and `meta: {plowline: {ignore: [rule]}}`.
//
// A name is a rule's, a subject's for all of its rules, or `all`.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diagnostic/error.h"
#include "graph/node_set.h"
#include "lint/finding.h"
#include "lint/lint_project.h"
#include "lint/rule.h"
#include "source/ignore_comments.h"
#include "source/places.h"

namespace plowline {

class Suppressions {
 public:
  // All that concern nodes of `scope`. Cost: one look at each node's code and meta as it lies in the manifest, and at
  // the YAML files of the scope.
  static Suppressions of(const LintProject& project, const NodeSet& scope, Places& places, RuleSet rules = {});

  // Takes out what is suppressed and returns how many that were.
  std::size_t apply(const LintProject& project, std::vector<Finding>& findings);

  // What silenced nothing although the rule was among `rules_run`, names no rule, or none at all: one finding each, of
  // the rule unused-suppression, with that severity.
  std::vector<Finding> unused(const LintProject& project, const std::vector<std::string>& rules_run,
                              Severity severity) const;

 private:
  struct Entry {
    std::string rule;  // as written; empty: the comment names none
    bool used = false;
    // Either a comment, or the meta of a node (and column).
    const IgnoreComment* comment = nullptr;
    std::optional<NodeId> node;
    std::string column;
    Place place;
  };
  void add_meta(const LintProject& project, NodeId id, Places& places);
  bool covers(const Entry& entry, const LintProject& project, const Finding& finding) const;
  std::string message_for(std::string_view name) const;

  RuleSet rules_;  // that names may mean
  std::vector<std::unique_ptr<IgnoreComment>> comments_;
  std::vector<Entry> entries_;
};

}  // namespace plowline
