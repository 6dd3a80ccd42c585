#include "rules/schema/catalog_columns.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  report_column_order(project, scope, violations);
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
