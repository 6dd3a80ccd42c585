// Nodes that the catalog does not have.
#pragma once

#include <cstdint>

#include "lint/rule.h"

namespace plowline {

// Reports enabled models (not ephemeral), seeds, snapshots and sources of the scope that are not in the catalog. Only
// where the catalog has more than `min_found_pct` per cent of the sources, or of the others: one made with `--select`,
// or from a target in which little was built, tells nothing about the rest; nor does one in which errors are recorded.
// With a state, nodes that are new or changed are passed over.
void report_missing_relations(const LintProject& project, const RuleScope& scope, std::int64_t min_found_pct,
                              Violations& violations);

}  // namespace plowline
