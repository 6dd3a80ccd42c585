#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/moves.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const Targets& targets = project.index<Targets>();
  if (!targets.differ()) return {};
  std::vector<MovedNode> moved;
  for (const PlacedPair& pair : targets.pairs()) {
    if (scope.contains(pair.id) && !pair.now.same(pair.before)) moved.push_back(moved_node(project, pair));
  }
  constexpr std::size_t kGroup = 1;
  for (const MoveGroup& group : group_moves(moved, kGroup)) {
    const std::vector<NodeId> nodes = nodes_of(project, group);
    violations.push_back(
        {.node = nodes.front(),
         .message = fmt::format("{} in the state is {} here, by the target: {}", printable(group.before),
                                printable(group.now), name_list(project.project(), nodes)),
         .at = Anchor::config("schema"),
         .key = fmt::format("{} to {}", group.before, group.now)});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-target-mapping",
     .subject = "schema",
     .summary = "which schemas of this target stand for which of the state's",
     .what =
         "Where the earlier manifest (`--state`) is one of another target, lists which schema there is which one here, "
         "with the nodes that moved along: one finding for each pair of schemas. Nothing is wrong with these; "
         "`schema-relation-moved` finds the nodes that do not go along.",
     .why = "Before tables built beside production are moved in, somebody has to see where each of them goes.",
     .example = R"(```
shop.prod_derived in the state is shop.staging_derived here
```)",
     .use_instead = R"(```
(this rule finds no mistake; switch it on for a review)
```)",
     .basis = "dbt: `generate_schema_name` and the two targets' profiles.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
