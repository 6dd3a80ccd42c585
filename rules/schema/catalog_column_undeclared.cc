#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"

namespace plowline {
namespace {

struct CatalogColumnUndeclaredOptions {
  bool without_columns = false;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const CatalogColumnUndeclaredOptions& options,
                   Violations& violations) {
  const Warehouse warehouse = warehouse_of(project);
  for (const CataloguedNode& node : catalogued_nodes(project, scope)) {
    if (project.columns(node.id).empty() && !options.without_columns) continue;
    if (!same_as_in_state(project, node.id)) continue;
    const MatchedColumns matched = match_columns(project, node);
    if (matched.undeclared.empty()) continue;
    Fix fix{.kind = Fix::Kind::kAddColumns, .key = {}, .value = {}, .columns = {}};
    std::vector<std::string> names;
    for (const CatalogColumn* column : matched.undeclared) {
      names.push_back(name_for_yaml(warehouse, column->name));
      fix.columns.push_back({names.back(), type_for_yaml(column->type)});
    }
    violations.push_back(
        {.node = node.id,
         .message = fmt::format("{} has {} that {} not declared: {}; nothing describes or tests {}", shown(*node.table),
                                names.size() == 1 ? "a column" : fmt::format("{} columns", names.size()),
                                names.size() == 1 ? "is" : "are", listed(names), names.size() == 1 ? "it" : "them"),
         .at = Anchor::properties(),
         .key = "columns",
         .fix = std::move(fix)});
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
