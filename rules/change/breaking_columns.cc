#include "rules/change/breaking_columns.h"

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

constexpr std::string_view kNobody = "nobody in this project is seen to rely on it";

// Why the change matters, after a colon; empty: it is not asked for.
std::string reason(const LintProject& project, const ChangedColumns& changed, const ColumnChange& change,
                   std::string_view fail_on) {
  const bool is_public = is_public_in_both(project, changed);
  if (!is_public && fail_on == "public") return {};
  const auto consumers = consumers_of(project, changed.node, change.name);
  if (!consumers.empty()) {
    if (fail_on == "public") return {};
    return fmt::format("{} {} on it; change both together, or leave the column as it was", shown(project, consumers),
                       consumers.size() == 1 ? "relies" : "rely");
  }
  if (is_public) return fmt::format("{}, but other projects may, and this one cannot know", kNobody);
  return fail_on == "any" ? std::string(kNobody) : std::string();
}

}  // namespace

OptionSpec fail_on_option() {
  return option<&BreakingColumnOptions::fail_on>(
      "fail_on",
      "Which changes are findings: those of public models that nobody here relies on, and no contract covers (what "
      "schema-column-removed and its siblings leave out); also those that somebody in this project relies on; any.",
      {"public", "consumers", "any"});
}

void report_breaking_columns(const LintProject& project, const RuleScope& scope, const BreakingColumnOptions& options,
                             ColumnChange::Kind kind, std::string (*describe)(const ColumnChange& change),
                             Violations& violations) {
  for (const ChangedColumns& changed : project.index<ColumnChanges>().all()) {
    if (!scope.contains(changed.node)) continue;
    if (options.fail_on == "public" && had_contract(project, changed.previous)) continue;
    for (const ColumnChange& change : changed.changes) {
      if (change.kind != kind) continue;
      const std::string why = reason(project, changed, change, options.fail_on);
      if (why.empty()) continue;
      violations.push_back({.node = changed.node,
                            .message = fmt::format("the column {} of {}{} {}: {}", printable(change.name),
                                                   is_public_in_both(project, changed) ? "the public model " : "",
                                                   printable(project.node(changed.node).name), describe(change), why),
                            .at = Anchor::column(change.new_name.empty() ? change.name : change.new_name),
                            .column = change.name});
    }
  }
}

}  // namespace plowline
