#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/moves.h"
#include "rules/schema/written_config.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

// Both manifests are of one target: every node that lies elsewhere was moved.
void check_one_target(const LintProject& project, const RuleScope& scope, const Targets& targets,
                      Violations& violations) {
  std::vector<MovedNode> moved;
  for (const PlacedPair& pair : targets.pairs()) {
    if (!scope.contains(pair.id) || pair.now.same(pair.before)) continue;
    if (!custom_schema_differs(project, pair.id, pair.previous)) moved.push_back(moved_node(project, pair));
  }
  const bool macros = targets.answer() == Targets::Answer::kUnknown;
  // Fewer make a group where a macro moved them.
  const std::size_t least = macros ? 2 : 4;
  for (const MoveGroup& group : group_moves(moved, least)) {
    const std::vector<NodeId> nodes = nodes_of(project, group);
    const bool alone = nodes.size() == 1;
    const std::string name = printable(project.node(nodes.front()).name);
    const std::string cause = macros ? " (generate_schema_name or generate_database_name changed, too)" : "";
    const std::string message =
        alone ? fmt::format("{} moves from {} to {}{}: {}", name, printable(group.before), printable(group.now), cause,
                            left_behind(project, nodes.front()))
              : fmt::format(
                    "{} nodes move from {} to {}{} ({}): dbt builds them there, incremental models and snapshots "
                    "from nothing, and leaves the old tables behind, which nobody updates any more",
                    nodes.size(), printable(group.before), printable(group.now), cause,
                    name_list(project.project(), nodes));
    violations.push_back({.node = nodes.front(),
                          .message = message,
                          .at = Anchor::config("schema"),
                          .key = alone ? std::string("relation") : fmt::format("{} to {}", group.before, group.now)});
  }
}

// The name is another one, and the target is not what changes names.
bool is_renamed(const Targets& targets, const PlacedPair& pair) {
  return !targets.change_names() && !same_name(pair.now.name, pair.before.name, pair.now.folds && pair.before.folds);
}

// The targets differ: what counts is whether a node went where the others like it went.
void check_pair(const LintProject& project, const Targets& targets, const PlacedPair& pair, Violations& violations) {
  const std::string name = printable(project.node(pair.id).name);
  const auto report = [&](std::string message, std::string config) {
    violations.push_back(
        {.node = pair.id, .message = std::move(message), .at = Anchor::config(std::move(config)), .key = "relation"});
  };
  if (is_renamed(targets, pair)) {
    return report(
        fmt::format("{} is called {} here and {} in the state, while the target leaves other names as they "
                    "are: when that goes live, {}",
                    name, printable(pair.now.name), printable(pair.before.name), left_behind(project, pair.id)),
        "alias");
  }
  const PlacedPair* companion = targets.companion_of(pair);
  if (companion == nullptr || companion->now.same_place(pair.now)) return;
  const NodeConfig& now = project.config(pair.id);
  const NodeConfig& before = project.state()->config(pair.previous);
  if (!pair.written_alike && (now.schema != before.schema || now.database != before.database)) {
    const bool schema = now.schema != before.schema;
    return report(
        fmt::format("{}'s {} config was {} and is {}: it lies in {} here, while the others of {} lie in {}; when "
                    "that goes live, {}",
                    name, schema ? "schema" : "database", printable(schema ? before.schema : before.database),
                    printable(schema ? now.schema : now.database), shown_place(pair.now), shown_place(pair.before),
                    shown_place(companion->now), left_behind(project, pair.id)),
        schema ? "schema" : "database");
  }
  report(fmt::format("{} went from {} to {}, while the others like it, {} for one, went to {}: what moves or compares "
                     "tables by the targets' schemas misses it",
                     name, shown_place(pair.before), shown_place(pair.now), printable(project.node(companion->id).name),
                     shown_place(companion->now)),
         "schema");
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const Targets& targets = project.index<Targets>();
  if (!targets.differ()) {
    check_one_target(project, scope, targets, violations);
    return {};
  }
  for (const PlacedPair& pair : targets.pairs()) {
    if (!scope.contains(pair.id) || pair.now.same(pair.before)) continue;
    if (!custom_schema_differs(project, pair.id, pair.previous)) check_pair(project, targets, pair, violations);
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-relation-moved",
     .subject = "schema",
     .summary = "a node lies in another database or schema, or under another name, than in the state",
     .what =
         "Compares where nodes lie with the earlier manifest (`--state`). Where both manifests are of one target every "
         "node that lies elsewhere is found; four or more that move from one schema to another together are one "
         "finding. Where the targets differ, most nodes lie elsewhere and that is right: then only those are found "
         "that did not go where the others of their schema went, and those with another name. (The moves that the "
         "target makes are listed by `schema-target-mapping`.) A custom schema that is missing on one side is left to "
         "`schema-custom-schema-missing`.",
     .why =
         "dbt moves no table. It builds a new one, an incremental one from nothing, and the old one stays: dashboards "
         "and other readers outside of dbt go on reading it and see no new data.",
     .example = R"(```yaml
# dbt_project.yml; production has +schema: marts
models:
  shop:
    marts:
      +schema: reporting
```)",
     .use_instead = R"(```yaml
# or move the old tables by hand when the change goes live
models:
  shop:
    marts:
      +schema: marts
```)",
     .basis = "dbt: a node's relation follows from its `database`, `schema` and `alias` configs, the target and the "
              "`generate_*_name` macros; relations of earlier runs are never dropped or renamed.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
