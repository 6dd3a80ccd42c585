#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "artifact/text_search.h"
#include "lint/rule.h"
#include "rules/schema/changed_configs.h"
#include "state/json_value.h"

namespace plowline {
namespace {

struct Constraint {
  std::string what;  // `not_null on id`
  JsonText value;
};

void add(RawJson list, std::string_view column, std::vector<Constraint>& out) {
  const auto constraints = plowline::check(list);
  if (!constraints) return;
  for (const JsonText& constraint : constraints->items()) {
    const auto type = constraint.get("type");
    const auto columns = constraint.get("columns");
    const std::string word = type ? printable(type->scalar()) : "?";
    const std::vector<std::string> names = columns ? columns->strings() : std::vector<std::string>();
    const std::string on = column.empty() ? printable(fmt::format("{}", fmt::join(names, ", "))) : printable(column);
    out.push_back({on.empty() ? word : fmt::format("{} on {}", word, on), constraint});
  }
}

std::vector<Constraint> constraints_of(const LintProject& project, NodeId id) {
  std::vector<Constraint> out;
  add(member_of(project.node(id).whole, "constraints"), {}, out);
  for (const Column& column : project.columns(id)) add(column.constraints, column.name, out);
  return out;
}

// What of `some` is not among `others`.
std::vector<std::string> only_in(const std::vector<Constraint>& some, const std::vector<Constraint>& others) {
  std::vector<std::string> out;
  for (const Constraint& constraint : some) {
    const bool kept = std::ranges::any_of(others, [&](const Constraint& other) {
      return other.what == constraint.what && equal_members(other.value, constraint.value);
    });
    if (!kept) out.push_back(constraint.what);
  }
  return out;
}

bool enforces(const LintProject& project, NodeId id) {
  const NodeRecord& node = project.node(id);
  return has_text(node.contract.bytes, "true") && truthy(member_of(node.contract, "enforced"));
}

std::string list_of(std::string_view word, const std::vector<std::string>& constraints) {
  return constraints.empty() ? std::string() : fmt::format("{} {}", word, fmt::join(constraints, ", "));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const LintProject& state = *project.state();
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    const auto previous = project.in_state(id);
    if (!previous || !enforces(project, id) || !enforces(state, *previous)) return;
    if (!project.project().enabled(id) || !state.project().enabled(*previous)) return;
    if (!stays_incremental(project, id, *previous)) return;
    const auto now = constraints_of(project, id);
    const auto before = constraints_of(state, *previous);
    const std::string fresh = list_of("new:", only_in(now, before));
    const std::string gone = list_of("gone:", only_in(before, now));
    if (fresh.empty() && gone.empty()) return;
    violations.push_back({.node = id,
                          .message = fmt::format(
                              "the constraints of {} changed ({}{}{}): dbt puts them on a table when it creates it, so "
                              "the one that is there keeps the old ones{}",
                              printable(project.node(id).name), fresh, fresh.empty() || gone.empty() ? "" : "; ", gone,
                              until_full_refresh(project, id)),
                          .at = Anchor::properties(),
                          .key = "constraints"});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-constraints-changed",
     .subject = "schema",
     .summary = "an incremental model has other constraints than in the state",
     .what = "Compares the constraints of incremental models with an enforced contract, and of their columns, with the "
             "earlier manifest (`--state`).",
     .why =
         "Constraints become a part of `create table`. The table that is there does not get the new ones, and goes on "
         "refusing rows by the old ones.",
     .example = R"(```yaml
columns:
  - name: id
    data_type: integer
    constraints: [{type: not_null}]   # production's table was made without it
```)",
     .use_instead = R"(```yaml
# together with one run with --full-refresh, or an `alter table`
columns:
  - name: id
    data_type: integer
    constraints: [{type: not_null}]
```)",
     .basis = "dbt: `get_table_columns_and_constraints` is a part of `create table`; incremental runs only insert.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
