// What the rules about changed columns have in common: which changes they look at, and whom they name.
#pragma once

#include <string>

#include "lint/rule.h"
#include "rules/schema/column_changes.h"

namespace plowline {

struct ColumnChangeOptions {
  bool without_consumers = false;

  static constexpr const char* kDescription = "Report changes that nobody is seen to rely on, too.";
};

// Calls describe(change) for every change of that kind at a node of the scope; it gives the sentence's first half, to
// which the consumers are added. Changes that nobody is seen to rely on are left out unless the options ask
// for them.
void report_columns(const LintProject& project, const RuleScope& scope, ColumnChange::Kind kind,
                    const ColumnChangeOptions& options, std::string (*describe)(const ColumnChange& change),
                    Violations& violations);

}  // namespace plowline
