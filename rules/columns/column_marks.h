// What columns carry for those who act on them: tags and meta.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/rule.h"
#include "rules/governance/meta.h"

namespace plowline {

// What is asked of columns; what is empty asks for nothing.
struct ColumnMarks {
  std::vector<std::string> required_keys;  // of meta; `owner.team` is the member `team` of `owner`
  MetaAllowance allowed_meta;
  std::vector<std::string> required_tags;
  std::vector<std::string> allowed_tags;

  bool ask_nothing() const;
};

// Reports the declared columns of the scope's nodes of that type that do not carry what is asked for; one finding a
// column. Only columns whose name `columns` matches as a whole; all where it is empty.
void report_column_marks(const LintProject& project, const RuleScope& scope, ResourceType type,
                         const ColumnMarks& marks, const Pattern& columns, Violations& violations);

}  // namespace plowline
