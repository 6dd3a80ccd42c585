#include <fmt/format.h>
#include <string>
#include <unordered_map>
#include <vector>

#include "artifact/data_type.h"
#include "diagnostic/name_list.h"
#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"
#include "rules/schema/two_warehouse_tables.h"

namespace plowline {
namespace {

struct WarehouseColumnsDifferOptions {
  bool lengths = true;
};

// From the earlier table to this one.
struct TableDifference {
  std::vector<std::string> missing;
  std::vector<std::string> extra;
  std::vector<std::string> retyped;  // `amount (integer, was numeric)`

  bool none() const { return missing.empty() && extra.empty() && retyped.empty(); }
};

using ColumnsByName = std::unordered_map<std::string_view, const CatalogColumn*>;

ColumnsByName by_name(const CatalogTable& table) {
  ColumnsByName columns;
  for (const CatalogColumn& column : table.columns) {
    if (!is_field(column.name)) columns.emplace(column.name, &column);
  }
  return columns;
}

bool is_retyped(TypeMatch match, const WarehouseColumnsDifferOptions& options) {
  return match == TypeMatch::kDifferent || (match == TypeMatch::kSameButLength && options.lengths);
}

// (One warehouse reports the same column in the same letter case.)
TableDifference difference_of(const LintProject& project, const TwoTables& tables,
                              const WarehouseColumnsDifferOptions& options) {
  const Warehouse warehouse = warehouse_of(project);
  const ColumnsByName now = by_name(*tables.now);
  const ColumnsByName before = by_name(*tables.before);
  TableDifference difference;
  for (const CatalogColumn& column : tables.before->columns) {
    if (is_field(column.name)) continue;
    const auto found = now.find(column.name);
    if (found == now.end()) {
      difference.missing.emplace_back(column.name);
    } else if (is_retyped(compare_reported_types(warehouse, column.type, found->second->type), options)) {
      difference.retyped.push_back(fmt::format("{} ({}, there {})", column.name, found->second->type, column.type));
    }
  }
  for (const CatalogColumn& column : tables.now->columns) {
    if (!is_field(column.name) && !before.contains(column.name)) difference.extra.emplace_back(column.name);
  }
  return difference;
}

std::string describe(const TableDifference& difference) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  if (!difference.missing.empty()) {
    add(fmt::format(
        "it lacks {}, which readers lose when it takes the other's place, and which stay null where its rows "
        "are inserted",
        name_list(difference.missing, kFewNames)));
  }
  if (!difference.extra.empty()) {
    add(fmt::format("it has {} in addition, which an insert into the other one cannot place",
                    name_list(difference.extra, kFewNames)));
  }
  if (!difference.retyped.empty())
    add(fmt::format("of another type: {}; an insert casts them or fails", name_list(difference.retyped, kFewNames)));
  return text;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const WarehouseColumnsDifferOptions& options,
                   Violations& violations) {
  for (const TwoTables& tables : tables_of_both(project, scope)) {
    if (tables.now->columns.empty() || tables.before->columns.empty()) continue;
    const TableDifference difference = difference_of(project, tables, options);
    if (difference.none()) continue;
    violations.push_back({.node = tables.id,
                          .message = fmt::format("{} has not the columns of {}: {}", shown(*tables.now),
                                                 shown(*tables.before), describe(difference)),
                          .at = Anchor::properties(),
                          .key = "columns"});
  }
  return {};
}

const RegisterRule<WarehouseColumnsDifferOptions> rule{
    {.name = "schema-warehouse-columns-differ",
     .subject = "schema",
     .summary = "a table has other columns than the production table it is to replace",
     .what =
         "Compares the columns of each model, seed and snapshot in two warehouses (or schemas): this project's "
         "catalog.json and that of the state. Columns that are missing, additional or of another type are named, one "
         "finding per table. Words for one type are one type.",
     .why =
         "A backfill beside production ends with one table in the other's place, or its rows inserted into the other. "
         "Both go wrong where the columns differ: readers miss columns, the insert fails halfway through the "
         "migration, or values are cast without anybody seeing it.",
     .example = R"(```text
staging.orders:     order_id bigint, amount integer
production.orders:  order_id bigint, amount numeric, currency text
```)",
     .use_instead = R"(```text
staging.orders:     order_id bigint, amount numeric, currency text
production.orders:  order_id bigint, amount numeric, currency text
```)",
     .basis = "Both projects' catalog.json: what the warehouse reports.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsCatalog | kNeedsState | kNeedsStateCatalog},
    {option<&WarehouseColumnsDifferOptions::lengths>("lengths", "Report other lengths, precisions and scales, too.")},
    check};

}  // namespace
}  // namespace plowline
