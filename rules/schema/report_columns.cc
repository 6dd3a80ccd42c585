#include "rules/schema/report_columns.h"

#include <fmt/format.h>

#include "rules/schema/consumers.h"

namespace plowline {
namespace {

std::string_view consequence(ColumnChange::Kind kind) {
  return kind == ColumnChange::Kind::kRetyped ? "joins, comparisons and casts of it may fail or mean something else"
                                              : "what still names it fails when it is built or run next";
}

// `the model a relies`, `the model a and the test t rely`.
std::string relying(const LintProject& project, const std::vector<ColumnConsumer>& consumers) {
  return fmt::format("{} {}", shown(project, consumers), consumers.size() == 1 ? "relies" : "rely");
}

}  // namespace

void report_columns(const LintProject& project, const RuleScope& scope, ColumnChange::Kind kind,
                    const ColumnChangeOptions& options, std::string (*describe)(const ColumnChange& change),
                    Violations& violations) {
  for (const ChangedColumns& changed : project.index<ColumnChanges>().all()) {
    if (!scope.contains(changed.node)) continue;
    for (const ColumnChange& change : changed.changes) {
      if (change.kind != kind) continue;
      const auto consumers = consumers_of(project, changed.node, change.name);
      if (consumers.empty() && !options.without_consumers) continue;
      const std::string first = fmt::format("the column {} of {} {}", printable(change.name),
                                            printable(project.node(changed.node).name), describe(change));
      violations.push_back({.node = changed.node,
                            .message = consumers.empty() ? first
                                                         : fmt::format("{}; {} on it: {}", first,
                                                                       relying(project, consumers), consequence(kind)),
                            .at = Anchor::column(change.new_name.empty() ? change.name : change.new_name),
                            .column = change.name});
    }
  }
}

}  // namespace plowline
