#include "rules/schema/catalog_columns.h"

namespace plowline {
namespace {

struct CatalogColumnUndeclaredOptions {
  bool without_columns = false;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const CatalogColumnUndeclaredOptions& options,
                   Violations& violations) {
  for (const CataloguedNode& node : catalogued_nodes(project, scope)) {
    if (project.columns(node.id).empty() && !options.without_columns) continue;
    report_undeclared_columns(project, node, NameComparison::kAsWarehouse, violations);
  }
  return {};
}

const RegisterRule<CatalogColumnUndeclaredOptions> rule{
    {.name = "schema-catalog-column-undeclared",
     .subject = "schema",
     .summary = "the warehouse has a column that is not declared",
     .what = "Compares the columns of each table in catalog.json with those that are declared for the model, seed, "
             "snapshot "
             "or source. Fields within a column (BigQuery's `address.city`) need no declaration of their own.",
     .why = "Readers of the documentation do not see the column, no test guards it, and nobody notices when it "
            "disappears.",
     .example = R"(```yaml
columns:
  - name: order_id        # the table also has amount
```)",
     .use_instead = R"(```yaml
columns:
  - name: order_id
  - name: amount
    data_type: numeric
```)",
     .basis = "catalog.json, which `dbt docs generate` writes: the columns that the warehouse reports.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsCatalog,
     .fixes = true},
    {option<&CatalogColumnUndeclaredOptions::without_columns>("without_columns",
                                                              "Report nodes, too, that declare no column at all.")},
    check};

}  // namespace
}  // namespace plowline
