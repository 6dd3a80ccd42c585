#include "rules/columns/column_marks.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "diagnostic/name_list.h"
#include "rules/tests/required_tags.h"

namespace plowline {
namespace {

// `the tag pii`, `the meta keys owner and team`.
std::string counted(std::string_view what, const std::vector<std::string>& names) {
  return fmt::format("the {}{} {}", what, names.size() == 1 ? "" : "s", name_list(names, kFewNames));
}

std::string is_or_are(std::size_t count) {
  return count == 1 ? "is" : "are";
}

void add_meta(const Meta& meta, const ColumnMarks& marks, std::vector<std::string>& complaints) {
  if (const auto missing = missing_keys(meta, marks.required_keys); !missing.empty()) {
    complaints.push_back("lacks " + counted("meta key", missing));
  }
  for (const WrongMetaValue& wrong : values_not_allowed(meta, marks.allowed_meta)) {
    complaints.push_back(fmt::format("has {} for the meta key {}, which allows {} only", printable(wrong.value),
                                     printable(wrong.key),
                                     name_list(marks.allowed_meta.values.at(wrong.key), kFewNames)));
  }
  if (const auto unwanted = keys_not_allowed(meta, marks.allowed_meta); !unwanted.empty()) {
    complaints.push_back(
        fmt::format("has {}, which {} not known", counted("meta key", unwanted), is_or_are(unwanted.size())));
  }
}

void add_tags(RawJson column_tags, const ColumnMarks& marks, std::vector<std::string>& complaints) {
  if (marks.required_tags.empty() && marks.allowed_tags.empty()) return;
  const std::vector<std::string> owned = texts_of(column_tags);
  const std::vector<std::string_view> tags(owned.begin(), owned.end());
  if (const auto fault = required_fault(tags, marks.required_tags, "all"); fault) complaints.push_back(fault->text);
  const auto unwanted = tags_not_allowed(tags, marks.allowed_tags, marks.required_tags);
  if (unwanted.empty()) return;
  complaints.push_back(fmt::format("has {}, which {} not known",
                                   counted("tag", std::vector<std::string>(unwanted.begin(), unwanted.end())),
                                   is_or_are(unwanted.size())));
}

}  // namespace

bool ColumnMarks::ask_nothing() const {
  return required_keys.empty() && allowed_meta.keys.empty() && allowed_meta.values.empty() && required_tags.empty() &&
         allowed_tags.empty();
}

void report_column_marks(const LintProject& project, const RuleScope& scope, ResourceType type,
                         const ColumnMarks& marks, const Pattern& columns, Violations& violations) {
  if (marks.ask_nothing()) return;
  const bool about_meta =
      !marks.required_keys.empty() || !marks.allowed_meta.keys.empty() || !marks.allowed_meta.values.empty();
  scope.for_each_enabled(type, [&](NodeId id) {
    for (const Column& column : project.columns(id)) {
      if (!columns.empty() && !columns.matches(column.name)) continue;
      std::vector<std::string> complaints;
      if (about_meta) add_meta(Meta::of(project, column), marks, complaints);
      add_tags(column.tags, marks, complaints);
      if (complaints.empty()) continue;
      violations.push_back(
          {.node = id,
           .message =
               fmt::format("the column {} of {} {}: what acts on it (policies, catalogues, selections) takes the "
                           "column for another one than it is",
                           printable(column.name), printable(project.node(id).name), fmt::join(complaints, ", and ")),
           .at = Anchor::column(std::string(column.name)),
           .column = std::string(column.name)});
    }
  });
}

}  // namespace plowline
