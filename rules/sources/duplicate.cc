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

using SourcesByHash = std::map<std::size_t, std::vector<NodeId>>;

SourcesByHash sources_by_hash(const LintProject& project) {
  SourcesByHash sources;
  for (std::uint32_t i = 0; i < project.project().size(); ++i) {
    if (const auto relation = relation_of_source(project, NodeId{i})) sources[hash_of(*relation)].push_back(NodeId{i});
  }
  return sources;
}

// `raw.orders`; of another package `snowplow_web: atomic.events`.
std::string name_seen_from(const LintProject& project, NodeId source, NodeId other) {
  const std::string_view package = project.node(other).package_name;
  const std::string table = readable_name(project, other);
  return package == project.node(source).package_name ? table : fmt::format("{}: {}", printable(package), table);
}

// The one to keep among the sources of one table: that of a package, which is not the project's to change, or else the
// one with the most readers. Nothing where that does not tell.
std::optional<NodeId> kept_one(const LintProject& project, const std::vector<NodeId>& sources) {
  const auto rank = [&](NodeId id) { return std::pair(!project.is_own(id), project.project().children(id).size()); };
  const auto best = std::ranges::max(sources, {}, rank);
  if (std::ranges::count(sources, rank(best), rank) > 1) return std::nullopt;
  return best;
}

std::string remedy(const LintProject& project, const std::vector<NodeId>& sources) {
  const auto kept = kept_one(project, sources);
  if (!kept) return "take one of them away";
  std::vector<std::string> others;
  for (const NodeId id : sources) {
    if (id != *kept) others.push_back(readable_name(project, id));
  }
  return fmt::format("take {} away, as {}", name_list(others, kNamesShown),
                     project.is_own(*kept) ? fmt::format("{} has more readers", readable_name(project, *kept))
                                           : fmt::format("the package {} brings the table along",
                                                         printable(project.node(*kept).package_name)));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const SourcesByHash sources = sources_by_hash(project);
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    const Relation relation = *relation_of_source(project, id);
    std::vector<NodeId> same;
    std::vector<std::string> others;
    for (const NodeId other : sources.at(hash_of(relation))) {
      if (!relation_of_source(project, other)->same(relation)) continue;
      same.push_back(other);
      if (other != id) others.push_back(name_seen_from(project, id, other));
    }
    if (others.empty()) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the source {} is {}, and so is {}: each shows a part of who reads the "
                                "table, and freshness and tests of one say nothing of the other; {}",
                                readable_name(project, id), shown(relation), name_list(others, kNamesShown),
                                remedy(project, same))});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "duplicate-source",
     .subject = "sources",
     .summary = "two sources are one table",
     .what = "Finds tables of sources with the same database, schema and identifier as another one, that of a package "
             "included. Letter case does not count in names that are not quoted, and on Redshift, Databricks, Spark, "
             "DuckDB, Trino and Athena in no name. One finding at each of them.",
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
