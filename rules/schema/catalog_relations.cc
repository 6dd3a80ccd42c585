#include "rules/schema/catalog_relations.h"

#include <fmt/format.h>

#include "rules/schema/catalog_tables.h"

namespace plowline {
namespace {

struct Coverage {
  std::size_t nodes = 0;
  std::size_t found = 0;

  bool is_more_than(std::int64_t pct) const { return found * 100 > nodes * static_cast<std::size_t>(pct); }
};

// A source whose name stands for several tables: date shards, a path, a function's call.
bool is_one_table(const NodeRecord& node) {
  return node.identifier.find_first_of("*(/?$") == std::string_view::npos;
}

}  // namespace

void report_missing_relations(const LintProject& project, const RuleScope& scope, std::int64_t min_found_pct,
                              Violations& violations) {
  if (!project.catalog()->errors.empty()) return;  // tables may be missing for that reason
  Coverage built;
  Coverage sources;
  const std::vector<NodeId> nodes = nodes_with_relations(project, scope);
  const auto coverage_of = [&](NodeId id) -> Coverage& {
    return project.node(id).resource_type == ResourceType::kSource ? sources : built;
  };
  for (const NodeId id : nodes) {
    ++coverage_of(id).nodes;
    if (catalog_table_of(project, id) != nullptr) ++coverage_of(id).found;
  }
  for (const NodeId id : nodes) {
    const NodeRecord& node = project.node(id);
    if (!coverage_of(id).is_more_than(min_found_pct) || catalog_table_of(project, id) != nullptr) continue;
    if (!is_one_table(node) || !same_as_in_state(project, id)) continue;
    const bool source = node.resource_type == ResourceType::kSource;
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} is not in the warehouse (catalog of {:.10}): {}", printable(node.unique_id),
                                printable(project.catalog()->metadata.generated_at),
                                source ? "models that read it fail" : "what reads it fails until it is built"),
         .at = Anchor::properties(),
         .key = "relation"});
  }
}

}  // namespace plowline
