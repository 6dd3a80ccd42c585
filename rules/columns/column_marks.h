// What columns carry for those who act on them: tags and meta.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/rule.h"

namespace plowline {

// What is asked of columns; what is empty asks for nothing.
struct ColumnMarks {
  std::vector<std::string> required_keys;  // of meta; `owner.team` is the member `team` of `owner`
  std::vector<std::string> allowed_keys;   // of meta, at its top
  ListMap allowed_values;                  // by key of meta, at its top; of a list every element
  std::vector<std::string> required_tags;
  std::vector<std::string> allowed_tags;

  bool ask_nothing() const;
};

// Reports the declared columns of the scope's nodes of that type that do not carry what is asked for; one finding a
// column. Only columns whose name `columns` matches as a whole; all where it is empty.
void report_column_marks(const LintProject& project, const RuleScope& scope, ResourceType type,
                         const ColumnMarks& marks, const Pattern& columns, Violations& violations);

// Whether meta has a value at that path. A key with dots in it is found, too.
bool has_meta(RawJson meta, std::string_view path);

}  // namespace plowline
