// Changed columns of models, for whoever may rely on them.
//
// `access: public` says that other projects may read the model, which no manifest of this one shows. Changes that
// somebody here relies on are the matter of schema-column-removed and its siblings, and those of an enforced contract
// of schema-contract-changed: unless the options ask for it, what they report is left out here, so that one change is
// one finding.
#pragma once

#include <string>

#include "lint/rule.h"
#include "rules/schema/column_changes.h"

namespace plowline {

struct BreakingColumnOptions {
  std::string fail_on = "public";  // public, consumers, any: each of them with those before it
};

OptionSpec fail_on_option();

// Calls describe(change) for every such change of that kind; it gives the middle of the sentence: `is gone`.
void report_breaking_columns(const LintProject& project, const RuleScope& scope, const BreakingColumnOptions& options,
                             ColumnChange::Kind kind, std::string (*describe)(const ColumnChange& change),
                             Violations& violations);

}  // namespace plowline
