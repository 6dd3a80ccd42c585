// From what rules found to Findings: each Violation's Anchor becomes a place in the user's files.
#pragma once

#include <vector>

#include "lint/engine.h"
#include "lint/finding.h"
#include "source/places.h"

namespace plowline {

// Sorted by file, line, column, rule, unique_id, message. `rules` are those that run_rules() was called with.
std::vector<Finding> placed_findings(const LintProject& project, const std::vector<ActiveRule>& rules,
                                     RawFindings found, Places& places);

// The order in which users get findings.
bool comes_before(const Finding& a, const Finding& b);
// In that order.
void sort_findings(std::vector<Finding>& findings);

}  // namespace plowline
