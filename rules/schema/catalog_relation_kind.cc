#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"

namespace plowline {
namespace {

// What dbt builds; kOther where the adapters' catalogs do not agree on what they call it (materialized views).
RelationKind built_kind(const LintProject& project, NodeId id) {
  const NodeRecord& node = project.node(id);
  if (node.resource_type == ResourceType::kSource) return RelationKind::kOther;
  if (node.resource_type != ResourceType::kModel) return RelationKind::kTable;
  const std::string_view materialized = project.config(id).materialized;
  if (materialized == "view") return RelationKind::kView;
  const bool table = materialized == "table" || materialized == "incremental" || materialized == "snowplow_incremental";
  return table ? RelationKind::kTable : RelationKind::kOther;
}

std::string consequence(const LintProject& project, NodeId id, RelationKind actual) {
  const NodeRecord& node = project.node(id);
  if (node.resource_type == ResourceType::kSnapshot) return "the next snapshot fails or loses the history";
  const bool incremental = node.resource_type == ResourceType::kModel && project.config(id).materialized != "table" &&
                           project.config(id).materialized != "view";
  if (incremental) return fmt::format("the next run drops the {} and builds the whole table", to_string(actual));
  return fmt::format("the next run drops the {} with its grants and builds it anew", to_string(actual));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const CataloguedNode& node : catalogued_nodes(project, scope)) {
    const RelationKind built = built_kind(project, node.id);
    const RelationKind actual = node.table->kind;
    if (built == RelationKind::kOther || actual == RelationKind::kOther || actual == RelationKind::kExternal ||
        built == actual || !same_as_in_state(project, node.id)) {
      continue;
    }
    const NodeRecord& record = project.node(node.id);
    const std::string how = record.resource_type == ResourceType::kModel
                                ? fmt::format("materialized as {}", printable(project.config(node.id).materialized))
                                : fmt::format("a {}", printable(record.resource_word));
    violations.push_back(
        {.node = node.id,
         .message = fmt::format("{} is {}, but {} is a {}: {}", printable(record.name), how, shown(*node.table),
                                to_string(actual), consequence(project, node.id, actual)),
         .at = Anchor::config("materialized")});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-catalog-relation-kind",
     .subject = "schema",
     .summary = "the relation in the warehouse is of another kind than the model's materialization",
     .what =
         "Compares `materialized` of models, and what seeds and snapshots are, with the relation's type in "
         "catalog.json: "
         "a table where a view is, a view where a table is. External tables and materialized views are passed over, as "
         "adapters do not agree on their names. With `--state`, models that changed are passed over.",
     .why = "dbt drops the relation at the next run and creates the other one: history that only it held is gone, an "
            "incremental model is built in full, and grants and views that depend on it go with it.",
     .example = R"(```sql
-- analytics.orders is a view in the warehouse
{{ config(materialized='incremental') }}
```)",
     .use_instead = R"(```shell
dbt run --full-refresh --select orders   # in a quiet hour, before somebody else's run does it
```)",
     .basis = "The materializations of dbt's adapters drop a relation of another type; catalog.json: `type`.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsCatalog},
    check};

}  // namespace
}  // namespace plowline
