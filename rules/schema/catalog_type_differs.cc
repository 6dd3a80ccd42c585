#include <fmt/format.h>

#include "artifact/data_type.h"
#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"

namespace plowline {
namespace {

struct CatalogTypeDiffersOptions {
  bool lengths = false;
};

bool is_found(TypeMatch match, const CatalogTypeDiffersOptions& options) {
  return match == TypeMatch::kDifferent || (match == TypeMatch::kSameButLength && options.lengths);
}

Violation violation_of(const CataloguedNode& node, const Column& declared, const CatalogColumn& actual) {
  Fix fix{.kind = Fix::Kind::kSetColumnType, .key = {}, .value = {}, .columns = {}};
  fix.columns.push_back({std::string(declared.name), type_for_yaml(actual.type)});
  return {.node = node.id,
          .message = fmt::format("the column {} is declared as {}, but in {} it is {}: who relies on the declaration "
                                 "casts, compares or joins with the wrong type",
                                 printable(declared.name), printable(declared.data_type), shown(*node.table),
                                 printable(actual.type)),
          .at = Anchor::column(std::string(declared.name)),
          .column = std::string(declared.name),
          .key = {},
          .fix = std::move(fix)};
}

Result<void> check(const LintProject& project, const RuleScope& scope, const CatalogTypeDiffersOptions& options,
                   Violations& violations) {
  const Warehouse warehouse = warehouse_of(project);
  for (const CataloguedNode& node : catalogued_nodes(project, scope)) {
    const std::span<const Column> declared = project.columns(node.id);
    if (declared.empty() || !same_as_in_state(project, node.id)) continue;
    const MatchedColumns matched = match_columns(project, node);
    for (std::size_t i = 0; i < declared.size(); ++i) {
      const CatalogColumn* actual = matched.of_declared[i];
      if (actual == nullptr || declared[i].data_type.empty()) continue;
      if (is_found(compare_types(warehouse, declared[i].data_type, actual->type), options))
        violations.push_back(violation_of(node, declared[i], *actual));
    }
  }
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
