#include <algorithm>
#include <fmt/format.h>

#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/documentation/described.h"
#include "rules/schema/catalog_tables.h"

namespace plowline {
namespace {

struct StaleColumnOptions {
  bool described_only = false;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const StaleColumnOptions& options,
                   Violations& violations) {
  for (const CataloguedNode& node : catalogued_nodes(project, scope)) {
    const std::span<const Column> declared = project.columns(node.id);
    if (declared.empty() || node.table->columns.empty() || !same_as_in_state(project, node.id)) continue;
    const bool lists_fields = std::ranges::any_of(node.table->columns, is_field, &CatalogColumn::name);
    const MatchedColumns matched = match_columns(project, node);
    for (std::size_t i = 0; i < declared.size(); ++i) {
      const Column& column = declared[i];
      if (matched.of_declared[i] != nullptr || (is_field(column.name) && !lists_fields)) continue;
      if (options.described_only && !has_description(column.description)) continue;
      violations.push_back(
          {.node = node.id,
           .message = fmt::format("{} documents the column {}, which {} no longer has (catalog of "
                                  "{:.10}): readers look for something that is not there",
                                  readable_name(project.node(node.id)), printable(column.name), shown(*node.table),
                                  printable(project.catalog()->metadata.generated_at)),
           .at = Anchor::column(std::string(column.name)),
           .column = std::string(column.name)});
    }
  }
  return {};
}

const RegisterRule<StaleColumnOptions> rule{
    {.name = "stale-documented-column",
     .subject = "documentation",
     .summary = "a documented column is no longer in the warehouse",
     .what = "Looks up the columns that models, seeds, snapshots and sources declare in catalog.json, as "
             "schema-catalog-column-missing does: names are compared as the warehouse does, relations that the catalog "
             "does not have (ephemeral, disabled, not built) are passed over. This rule is for projects that treat "
             "properties as documentation; it can leave columns without a description alone.",
     .why = "Documentation that is wrong in one place is trusted in none. A column that was dropped or renamed goes on "
            "to be found by whoever searches for it.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/_models.yml
models:
  - name: orders
    columns:
      - {name: order_id, description: The number on the invoice.}
      - {name: amount, description: "What was paid, in euro cents."}
```
```json target/catalog.json
{"nodes": {"model.shop.orders": {"unique_id": "model.shop.orders",
  "metadata": {"type": "BASE TABLE", "schema": "analytics", "name": "orders"},
  "columns": {"order_id": {"name": "order_id", "type": "integer", "index": 1}}}}}
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/_models.yml
models:
  - name: orders
    columns:
      - {name: order_id, description: The number on the invoice.}
```
```json target/catalog.json
{"nodes": {"model.shop.orders": {"unique_id": "model.shop.orders",
  "metadata": {"type": "BASE TABLE", "schema": "analytics", "name": "orders"},
  "columns": {"order_id": {"name": "order_id", "type": "integer", "index": 1}}}}}
```)",
     .basis = "catalog.json, which `dbt docs generate` writes: the columns that the warehouse reports.",
     .needs = kNeedsCatalog},
    {option<&StaleColumnOptions::described_only>("described_only",
                                                 "Whether columns without a description are left alone.")},
    check};

}  // namespace
}  // namespace plowline
