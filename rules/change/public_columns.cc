#include "rules/change/public_columns.h"

#include <fmt/format.h>

#include "rules/schema/consumers.h"

namespace plowline {
namespace {

bool is_public_in_both(const LintProject& project, const ChangedColumns& changed) {
  return project.node(changed.node).access == "public" && project.state()->node(changed.previous).access == "public";
}

bool had_contract(const LintProject& project, NodeId previous) {
  return truthy(member_of(project.state()->node(previous).contract, "enforced"));
}

}  // namespace

void report_public_columns(const LintProject& project, const RuleScope& scope, ColumnChange::Kind kind,
                           std::string (*describe)(const ColumnChange& change), Violations& violations) {
  for (const ChangedColumns& changed : project.index<ColumnChanges>().all()) {
    if (!scope.contains(changed.node) || !is_public_in_both(project, changed)) continue;
    if (had_contract(project, changed.previous)) continue;
    for (const ColumnChange& change : changed.changes) {
      if (change.kind != kind || !consumers_of(project, changed.node, change.name).empty()) continue;
      violations.push_back(
          {.node = changed.node,
           .message = fmt::format("the column {} of the public model {} {}: nobody in this project is seen to rely on "
                                  "it, but other projects may, and this one cannot know",
                                  printable(change.name), printable(project.node(changed.node).name), describe(change)),
           .at = Anchor::column(change.new_name.empty() ? change.name : change.new_name),
           .column = change.name});
    }
  }
}

}  // namespace plowline
