#include "rules/schema/catalog_columns.h"

namespace plowline {
namespace {

struct CatalogTypeDiffersOptions {
  bool lengths = false;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const CatalogTypeDiffersOptions& options,
                   Violations& violations) {
  report_type_differences(project, scope, {.lengths = options.lengths}, violations);
  return {};
}

const RegisterRule<CatalogTypeDiffersOptions> rule{
    {.name = "schema-catalog-type-differs",
     .subject = "schema",
     .summary = "a column has another type in the warehouse than it is declared with",
     .what =
         "Compares `data_type` of declared columns with the type in catalog.json. Words that the warehouse takes for "
         "one "
         "type are one (`int` and Snowflake's `NUMBER`, `timestamptz` and `timestamp with time zone`); types that "
         "plowline does not know for the adapter are passed over. Lengths, precisions and scales count only with the "
         "option `lengths`, as dbt's own contracts do not compare them either.",
     .why = "The declaration is what people write queries, contracts and exports by. An enforced contract fails at the "
            "next build where the query still gives the other type.",
     .example = R"(```yaml
columns:
  - {name: order_id, data_type: varchar}   # bigint in the warehouse
```)",
     .use_instead = R"(```yaml
columns:
  - {name: order_id, data_type: bigint}
```)",
     .basis = "catalog.json, and the warehouses' documentation of their data types (analyzer/artifact/data_type.h).",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsCatalog,
     .fixes = true},
    {option<&CatalogTypeDiffersOptions::lengths>("lengths", "Report other lengths, precisions and scales, too.")},
    check};

}  // namespace
}  // namespace plowline
