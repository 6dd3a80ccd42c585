#include <algorithm>
#include <fmt/format.h>

#include "artifact/data_type.h"
#include "diagnostic/name_list.h"
#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"
#include "rules/schema/produced_columns.h"

namespace plowline {
namespace {

struct RequiredColumnsOptions {
  TextMap columns;  // name: type; an empty type is any
  std::vector<std::string> layers;
};

struct SourceRequiredColumnsOptions {
  TextMap columns;
};

// Where a node's columns are known from. The warehouse is asked first; then what is declared; then the query.
class KnownColumns {
 public:
  KnownColumns(const LintProject& project, NodeId id)
      : project_(project), id_(id), warehouse_(warehouse_of(project)), table_(catalog_table_of(project, id)) {
    if (table_ != nullptr && (table_->columns.empty() || !same_as_in_state(project, id))) table_ = nullptr;
  }

  struct Answer {
    Given given = Given::kUnknown;
    std::string_view type;
  };

  Answer find(std::string_view name) const {
    if (table_ != nullptr) {
      const auto is_it = [&](const CatalogColumn& c) { return same_column_name(warehouse_, name, false, c.name); };
      const auto found = std::ranges::find_if(table_->columns, is_it);
      return found == table_->columns.end() ? Answer{Given::kNo, {}} : Answer{Given::kYes, found->type};
    }
    if (!project_.columns(id_).empty()) {
      const Column* column = project_.column(id_, name);
      return column == nullptr ? Answer{Given::kNo, {}} : Answer{Given::kYes, column->data_type};
    }
    const bool is_model = project_.project().type(id_) == ResourceType::kModel;
    return {is_model ? ProducedColumns(project_, id_).gives(name) : Given::kUnknown, {}};
  }

  // `shop.analytics.orders` or `the declaration of orders`, for what lacks a column.
  std::string place() const {
    if (table_ != nullptr) return shown(*table_);
    const std::string name = printable(project_.node(id_).name);
    return project_.columns(id_).empty() ? fmt::format("the query of {}", name)
                                         : fmt::format("the declaration of {}", name);
  }

 private:
  const LintProject& project_;
  NodeId id_;
  Warehouse warehouse_;
  const CatalogTable* table_;
};

void check_node(const LintProject& project, NodeId id, const TextMap& required, Violations& violations) {
  if (!project.project().enabled(id)) return;
  const KnownColumns known(project, id);
  std::vector<std::string> missing;
  for (const auto& [name, type] : required) {
    const auto [given, actual] = known.find(name);
    if (given == Given::kNo) missing.push_back(name);
    if (given != Given::kYes || type.empty() || actual.empty()) continue;
    const TypeMatch match = compare_types(warehouse_of(project), type, actual);
    if (match != TypeMatch::kDifferent && match != TypeMatch::kSameButLength) continue;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the column {} is {} in {}, but has to be {}: what relies on it everywhere fails or "
                                "compares wrongly here",
                                printable(name), printable(actual), known.place(), printable(type)),
         .at = Anchor::column(name),
         .column = name});
  }
  if (missing.empty()) return;
  violations.push_back({.node = id,
                        .message = fmt::format("{} lacks {}, which {} to have: what relies on {} everywhere fails here",
                                               known.place(), name_list(missing, kFewNames),
                                               project.project().type(id) == ResourceType::kSource ? "every source has"
                                                                                                   : "every model has",
                                               missing.size() == 1 ? "it" : "them"),
                        .at = Anchor::properties(),
                        .key = "missing"});
}

Result<void> check_models(const LintProject& project, const RuleScope& scope, const RequiredColumnsOptions& options,
                          Violations& violations) {
  if (options.columns.empty()) return {};
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    const bool asked = options.layers.empty() || project.in_layers(id, options.layers);
    if (asked) check_node(project, id, options.columns, violations);
  });
  return {};
}

Result<void> check_sources(const LintProject& project, const RuleScope& scope,
                           const SourceRequiredColumnsOptions& options, Violations& violations) {
  if (options.columns.empty()) return {};
  scope.for_each(ResourceType::kSource, [&](NodeId id) { check_node(project, id, options.columns, violations); });
  return {};
}

constexpr const char* kColumnsOption =
    "The columns, each with its data type: `{_loaded_at: timestamp}`. An empty type (`''`) stands for any.";

constexpr const char* kBasis =
    "catalog.json where it has the table, else the declared columns, else the names in the query's last select list. "
    "Which words are one data type: the warehouses' documentation (analyzer/artifact/data_type.h).";

const RegisterRule<RequiredColumnsOptions> of_models{
    {.name = "required-columns",
     .subject = "columns",
     .summary = "a model lacks a column that every model has to have, or has it with another type",
     .what = "Looks for the columns that the option `columns` lists in every model (of the layers in `layers`). What "
             "counts is the table in catalog.json where it is there, else the declared columns, else the query's last "
             "select list; where none of them tells, nothing is said. Words that the warehouse takes for one type are "
             "one. It does nothing until `columns` is set.",
     .why = "Columns that a team expects everywhere (when a row was loaded, which batch it came from) are read by "
            "tests, monitors and incremental filters that name them without looking.",
     .example = R"(```yaml plowline.yml
rules:
  required-columns:
    columns: {order_id: bigint, loaded_at: timestamp}
    layers: [marts]
```
```sql models/marts/fct_orders.sql
select order_id, amount from {{ ref('stg_orders') }}
```
```sql models/staging/stg_orders.sql
select 1 as order_id, 2 as amount
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  required-columns:
    columns: {order_id: bigint, loaded_at: timestamp}
    layers: [marts]
```
```sql models/marts/fct_orders.sql
select order_id, amount, loaded_at from {{ ref('stg_orders') }}
```
```sql models/staging/stg_orders.sql
select 1 as order_id, 2 as amount, current_timestamp as loaded_at
```)",
     .basis = kBasis,
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kUsesCatalog},
    {option<&RequiredColumnsOptions::columns>("columns", kColumnsOption),
     option<&RequiredColumnsOptions::layers>("layers", "Only models of these layers; of all without it.")},
    check_models};

const RegisterRule<SourceRequiredColumnsOptions> of_sources{
    {.name = "source-required-columns",
     .subject = "columns",
     .summary = "a source lacks a column that every source has to have, or has it with another type",
     .what = "Looks for the columns that the option `columns` lists in every source table: in catalog.json where it "
             "has the table, else in the declared columns; where neither tells, nothing is said. It does nothing "
             "until `columns` is set.",
     .why = "Loaders add columns of their own (`_loaded_at`, `_batch_id`), by which staging models remove duplicates "
            "and freshness is measured. A table that was loaded another way lacks them, and both fail.",
     .example = R"(```yaml plowline.yml
rules:
  source-required-columns:
    columns: {_loaded_at: timestamp}
```
```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        columns:
          - name: order_id
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  source-required-columns:
    columns: {_loaded_at: timestamp}
```
```yaml models/staging/_sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        columns:
          - name: order_id
          - name: _loaded_at
            data_type: timestamp
```)",
     .basis = kBasis,
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kUsesCatalog},
    {option<&SourceRequiredColumnsOptions::columns>("columns", kColumnsOption)},
    check_sources};

}  // namespace
}  // namespace plowline
