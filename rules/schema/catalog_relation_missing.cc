#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"

namespace plowline {
namespace {

struct Coverage {
  std::size_t nodes = 0;
  std::size_t found = 0;

  // A catalog of a selection, or of a target in which little was built, says nothing about the rest.
  bool is_whole() const { return found * 2 > nodes; }
};

// A source whose name stands for several tables: date shards, a path, a function's call.
bool is_one_table(const NodeRecord& node) {
  return node.identifier.find_first_of("*(/?$") == std::string_view::npos;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  if (!project.catalog()->errors.empty()) return {};  // tables may be missing for that reason
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
    if (!coverage_of(id).is_whole() || catalog_table_of(project, id) != nullptr) continue;
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
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-catalog-relation-missing",
     .subject = "schema",
     .summary = "a model, seed, snapshot or source has no relation in the warehouse",
     .what = "Looks up enabled models (not ephemeral), seeds, snapshots and sources in catalog.json. Only where the "
             "catalog "
             "has more than half of them: one made with `--select`, or from a target in which little was built, tells "
             "nothing about the others. With `--state`, nodes that are new or changed are passed over.",
     .why = "A model that nobody builds is dead code with an owner, and whoever refers to it finds nothing. A source "
            "that is not there is misspelt, was dropped, or dbt's user may not see it.",
     .example = R"(```yaml
sources:
  - name: raw
    tables:
      - name: ordres          # the warehouse has raw.orders
```)",
     .use_instead = R"(```yaml
sources:
  - name: raw
    tables:
      - name: orders
```)",
     .basis =
         "catalog.json, which `dbt docs generate` writes: it has every relation of the manifest that the warehouse "
         "has.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsCatalog},
    check};

}  // namespace
}  // namespace plowline
