#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "artifact/text_search.h"
#include "lint/rule.h"
#include "rules/schema/catalog_columns.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

bool has_enforced_contract(const LintProject& project, NodeId id) {
  static constexpr std::array<std::string_view, 3> kChecked = {"table", "view", "incremental"};
  const NodeRecord& node = project.node(id);
  if (!has_text(node.contract.bytes, "true") && !has_text(node.config.bytes, "enforced")) {
    return false;
  }
  const NodeConfig& config = project.config(id);
  const bool enforced = truthy(member_of(node.contract, "enforced")) || truthy(member_of(config.contract, "enforced"));
  return enforced && std::ranges::find(kChecked, config.materialized) != kChecked.end();
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    if (!has_enforced_contract(project, id)) return;
    const auto columns = project.columns(id);
    std::vector<std::string_view> without;
    for (const Column& column : columns) {
      if (column.data_type.empty() && !has_declared_fields(columns, column)) without.push_back(column.name);
    }
    if (!columns.empty() && without.empty()) return;
    const std::string name = printable(project.node(id).name);
    violations.push_back(
        {.node = id,
         .message = columns.empty()
                        ? fmt::format("the contract of {} is enforced, but it declares no columns: dbt stops with a "
                                      "contract error when it builds the model",
                                      name)
                        : fmt::format("the contract of {} is enforced, but {} {} no data_type: dbt stops with a "
                                      "contract error when it builds the model",
                                      name, name_list(without), without.size() == 1 ? "has" : "have"),
         .at = columns.empty() ? Anchor::config("contract") : Anchor::column(std::string(without.front())),
         .key = "data_type"});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-contract-without-data-types",
     .subject = "schema",
     .summary = "an enforced contract with columns that have no data_type",
     .what = "Finds models with an enforced contract that declare no columns, or columns without `data_type`. A column "
             "whose fields are declared beside it (`address.city`, on BigQuery) gets its type from them.",
     .why = "dbt compares the query's columns with the declared ones before it builds the model, for which it needs a "
            "type of each. `dbt parse` and `dbt compile` accept the model; the run fails.",
     .example = R"(```yaml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - name: order_id
```)",
     .use_instead = R"(```yaml
models:
  - name: orders
    config: {contract: {enforced: true}}
    columns:
      - {name: order_id, data_type: integer}
```)",
     .basis = "dbt-adapters: `get_empty_schema_sql` raises `column_type_missing`, `assert_columns_equivalent` a "
              "contract error where there are no columns.",
     .severity = Severity::kError,
     .presets = kRecommended},
    check};

}  // namespace
}  // namespace plowline
