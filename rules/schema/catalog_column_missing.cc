#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const CataloguedNode& node : catalogued_nodes(project, scope)) {
    const std::span<const Column> declared = project.columns(node.id);
    if (declared.empty() || node.table->columns.empty() || !same_as_in_state(project, node.id)) continue;
    const bool lists_fields = std::ranges::any_of(node.table->columns, is_field, &CatalogColumn::name);
    const MatchedColumns matched = match_columns(project, node);
    for (std::size_t i = 0; i < declared.size(); ++i) {
      if (matched.of_declared[i] != nullptr || (is_field(declared[i].name) && !lists_fields)) continue;
      violations.push_back(
          {.node = node.id,
           .message = fmt::format(
               "the column {} is declared, but {} does not have it (catalog of {:.10}): a test on it "
               "or a query that names it fails",
               printable(declared[i].name), shown(*node.table), printable(project.catalog()->metadata.generated_at)),
           .at = Anchor::column(std::string(declared[i].name)),
           .column = std::string(declared[i].name)});
    }
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-catalog-column-missing",
     .subject = "schema",
     .summary = "a declared column is not in the warehouse",
     .what =
         "Looks up the declared columns of models, seeds, snapshots and sources in catalog.json. Names are compared as "
         "the warehouse does: Snowflake's `ORDER_ID` is the YAML file's `order_id`, unless that says `quote: true`. "
         "Tables whose columns the catalog does not know are passed over. So are, with `--state`, nodes that are not "
         "what the state has: the warehouse has not seen them yet.",
     .why =
         "The declaration is out of date or misspelt: what it says of the column (tests, descriptions, tags, policies) "
         "holds for nothing, and tests on it fail.",
     .example = R"(```yaml
columns:
  - name: costumer_id     # the table has customer_id
    data_tests: [not_null]
```)",
     .use_instead = R"(```yaml
columns:
  - name: customer_id
    data_tests: [not_null]
```)",
     .basis = "catalog.json, which `dbt docs generate` writes: the columns that the warehouse reports.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsCatalog},
    check};

}  // namespace
}  // namespace plowline
