#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>
#include <unordered_set>

#include "lint/rule.h"
#include "rules/schema/relation.h"

namespace plowline {
namespace {

using NodesByHash = std::unordered_map<std::size_t, NodeId>;

// The first node of the same relation, or nothing; then the node itself is kept as the first one. Different relations
// with one hash are rare enough to be passed over: the first one stays.
std::optional<NodeId> first_of(const LintProject& project, NodeId id, const Relation& relation, NodesByHash& known) {
  const auto [at, fresh] = known.emplace(hash_of(relation), id);
  if (fresh || !relation_of(project, at->second)->same(relation)) return std::nullopt;
  return at->second;
}

// The lengths of the names that the scope's relations have: others need not be looked at more closely.
std::unordered_set<std::size_t> lengths_of_names(const LintProject& project, const RuleScope& scope) {
  std::unordered_set<std::size_t> lengths;
  scope.nodes().for_each([&](NodeId id) {
    if (const auto relation = relation_of(project, id)) lengths.insert(relation->name.size());
  });
  return lengths;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  NodesByHash known;
  const auto lengths = lengths_of_names(project, scope);
  for (std::uint32_t i = 0; i < project.project().size(); ++i) {
    const NodeId id{i};
    const auto relation = relation_of(project, id);
    if (!relation || !lengths.contains(relation->name.size())) continue;
    const auto first = first_of(project, id, *relation, known);
    if (!first || (!scope.contains(id) && !scope.contains(*first))) continue;
    const NodeId at = scope.contains(id) ? id : *first;
    const NodeId other = at == id ? *first : id;
    violations.push_back({.node = at,
                          .message = fmt::format("{} and {} are both built as {}: the one that runs last replaces the "
                                                 "other's table, and readers of either get its rows",
                                                 printable(project.node(at).unique_id),
                                                 printable(project.node(other).unique_id), shown(*relation)),
                          .at = Anchor::config("alias"),
                          .key = std::string(project.node(other).unique_id)});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-two-nodes-one-relation",
     .subject = "schema",
     .summary = "two nodes are built as one relation",
     .what =
         "Finds enabled models, seeds and snapshots of one database, schema and name. Names that differ in letter case "
         "only are one name where the warehouse folds them.",
     .why =
         "Each build replaces the other's table. dbt itself compares the names letter by letter and lets `Orders` and "
         "`orders` pass, which are one table on Snowflake or Redshift.",
     .example = R"(```yaml
models:
  - name: orders
  - name: orders_new
    config: {alias: ORDERS}
```)",
     .use_instead = R"(```yaml
models:
  - name: orders
  - name: orders_new
```)",
     .basis = "dbt-core: the check of unique relations when a project is parsed compares rendered names.",
     .severity = Severity::kError,
     .presets = kRecommended},
    check};

}  // namespace
}  // namespace plowline
