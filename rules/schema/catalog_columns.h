// Where declared columns and those of the catalog differ: what several rules report, each of its own nodes and in its
// own measure.
#pragma once

#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"

namespace plowline {

// Declared columns that the table does not have, a finding each. Nothing where the catalog does not know the table's
// columns, and where the state has the node otherwise (same_as_in_state()).
void report_missing_columns(const LintProject& project, const CataloguedNode& node, NameComparison comparison,
                            Violations& violations);

// Columns of the table that are not declared, one finding for all, with a fix that declares them. Silent as above.
void report_undeclared_columns(const LintProject& project, const CataloguedNode& node, NameComparison comparison,
                               Violations& violations);

// The first declared column that the table has before one that is declared above it, of every node in the scope.
void report_column_order(const LintProject& project, const RuleScope& scope, Violations& violations);

// What counts as another type besides a type that means something else.
struct TypeComparison {
  bool lengths = false;             // varchar(10) and varchar(20)
  bool lengths_of_one_side = true;  // with `lengths`: varchar(10) and varchar, too
  bool letter_case = false;         // numeric and NUMERIC
  bool blanks = false;              // numeric(10,2) and numeric(10, 2)
};
// Declared columns of another type in the table, a finding each, with a fix; of every node in the scope.
void report_type_differences(const LintProject& project, const RuleScope& scope, const TypeComparison& comparison,
                             Violations& violations);

// BigQuery: whether `address.city` is declared beside `address`, which then needs no type of its own.
bool has_declared_fields(std::span<const Column> columns, const Column& column);

}  // namespace plowline
