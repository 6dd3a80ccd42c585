#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"

namespace plowline {
namespace {

// The first declared column that the table has before one that is declared above it.
Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const CataloguedNode& node : catalogued_nodes(project, scope)) {
    if (!same_as_in_state(project, node.id)) continue;
    const std::span<const Column> declared = project.columns(node.id);
    const MatchedColumns matched = match_columns(project, node);
    std::optional<std::size_t> above;
    for (std::size_t i = 0; i < declared.size(); ++i) {
      const CatalogColumn* column = matched.of_declared[i];
      if (column == nullptr || is_field(column->name)) continue;
      if (above && column < matched.of_declared[*above]) {  // both are in the table's list
        violations.push_back(
            {.node = node.id,
             .message = fmt::format("{} is declared behind {}, but {} has it before: who reads the declaration as the "
                                    "table's layout (copy, unload, insert without names) mixes columns up",
                                    printable(declared[i].name), printable(declared[*above].name), shown(*node.table)),
             .at = Anchor::column(std::string(declared[i].name)),
             .column = std::string(declared[i].name),
             .key = "order"});
        break;
      }
      above = i;
    }
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-catalog-column-order",
     .subject = "schema",
     .summary = "columns are declared in another order than the table has them",
     .what = "Compares the order of the declared columns with that in catalog.json. The first column out of order is "
             "named; columns that only one of the two has do not count.",
     .why = "A declaration in the table's order can be compared with it at a glance, and tools that write files or "
            "insert rows by position can be set up from it.",
     .example = R"(```yaml
columns:               # the table: order_id, customer_id
  - name: customer_id
  - name: order_id
```)",
     .use_instead = R"(```yaml
columns:
  - name: order_id
  - name: customer_id
```)",
     .basis = "catalog.json: the columns' `index`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsCatalog},
    check};

}  // namespace
}  // namespace plowline
