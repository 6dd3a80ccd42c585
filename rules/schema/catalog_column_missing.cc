#include "rules/schema/catalog_columns.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const CataloguedNode& node : catalogued_nodes(project, scope))
    report_missing_columns(project, node, NameComparison::kAsWarehouse, violations);
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
