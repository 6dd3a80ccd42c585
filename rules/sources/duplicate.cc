#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "diagnostic/name_list.h"
#include "lint/node_name.h"
#include "rules/schema/relation.h"
#include "rules/sources/source_records.h"

namespace plowline {
namespace {

constexpr std::size_t kNamesShown = 3;

Relation relation_of_source(const NodeRecord& node) {
  // A name without quotes is folded by the warehouse. Where the manifest does not say how it is written, letter case
  // counts.
  const bool folds = !node.relation_name.empty() && node.relation_name.find_first_of("\"`[") == std::string_view::npos;
  return {node.database, node.schema, node.identifier.empty() ? node.name : node.identifier, folds};
}

using SourcesByHash = std::map<std::size_t, std::vector<NodeId>>;

SourcesByHash sources_by_hash(const Project& project) {
  SourcesByHash sources;
  for (std::uint32_t i = 0; i < project.size(); ++i) {
    const NodeId id{i};
    if (project.type(id) != ResourceType::kSource || !project.enabled(id)) continue;
    sources[hash_of(relation_of_source(project.node(id)))].push_back(id);
  }
  return sources;
}

// `raw.orders`; of another package `snowplow_web: atomic.events`.
std::string name_seen_from(const LintProject& project, NodeId source, NodeId other) {
  const std::string_view package = project.node(other).package_name;
  const std::string table = readable_name(project, other);
  return package == project.node(source).package_name ? table : fmt::format("{}: {}", printable(package), table);
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const SourcesByHash sources = sources_by_hash(project.project());
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    const Relation relation = relation_of_source(project.node(id));
    std::vector<std::string> others;
    for (const NodeId other : sources.at(hash_of(relation))) {
      if (other != id && relation_of_source(project.node(other)).same(relation)) {
        others.push_back(name_seen_from(project, id, other));
      }
    }
    if (others.empty()) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the source {} is {}, and so is {}: each shows a part of who reads the "
                                "table, and freshness and tests of one say nothing of the other",
                                readable_name(project, id), shown(relation), name_list(others, kNamesShown))});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "duplicate-source",
     .subject = "sources",
     .summary = "two sources are one table",
     .what = "Finds tables of sources with the same database, schema and identifier as another one, that of a package "
             "included. Names that are not quoted are compared without letter case. One finding at each of them.",
     .why = "A table with two names has two lineages: what reads it is found half, and what is said about it in one "
            "place is forgotten in the other.",
     .example = R"(```yaml models/sources.yml
sources:
  - name: raw
    schema: raw
    tables:
      - name: orders
  - name: shop
    schema: raw
    tables:
      - name: sales
        identifier: orders
```)",
     .use_instead = R"(```yaml models/sources.yml
sources:
  - name: raw
    schema: raw
    tables:
      - name: orders
```)",
     .basis = "dbt-project-evaluator's `fct_duplicate_sources`.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    check};

}  // namespace
}  // namespace plowline
