// Changed columns of public models that nobody in the project is seen to rely on.
//
// `access: public` says that other projects may read the model, which no manifest of this one shows. Changes that
// somebody here relies on are the matter of schema-column-removed and its siblings, and those of an enforced contract
// of schema-contract-changed: what they report is left out here, so that one change is one finding.
#pragma once

#include <string>

#include "lint/rule.h"
#include "rules/schema/column_changes.h"

namespace plowline {

// Calls describe(change) for every such change of that kind; it gives the middle of the sentence: `is gone`.
void report_public_columns(const LintProject& project, const RuleScope& scope, ColumnChange::Kind kind,
                           std::string (*describe)(const ColumnChange& change), Violations& violations);

}  // namespace plowline
