#include "rules/schema/catalog_columns.h"

#include <algorithm>
#include <fmt/format.h>

#include "artifact/data_type.h"
#include "diagnostic/name_list.h"

namespace plowline {
namespace {

// The type without what the comparison passes over.
std::string spelling(std::string_view type, bool letter_case, bool blanks) {
  std::string out;
  for (const char c : type) {
    if (!blanks && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) continue;
    out += letter_case ? c : ascii_lower(c);
  }
  return out;
}

// Two spellings of the same words that the comparison tells apart.
bool is_spelt_otherwise(std::string_view declared, std::string_view actual, const TypeComparison& comparison) {
  return spelling(declared, false, false) == spelling(actual, false, false) &&
         spelling(declared, comparison.letter_case, comparison.blanks) !=
             spelling(actual, comparison.letter_case, comparison.blanks);
}

Violation type_violation(const CataloguedNode& node, const Column& declared, const CatalogColumn& actual,
                         std::string message) {
  Fix fix{.kind = Fix::Kind::kSetColumnType, .key = {}, .value = {}, .columns = {}};
  fix.columns.push_back({std::string(declared.name), type_for_yaml(actual.type)});
  return {.node = node.id,
          .message = std::move(message),
          .at = Anchor::column(std::string(declared.name)),
          .column = std::string(declared.name),
          .key = {},
          .fix = shared_fix(std::move(fix))};
}

bool has_length(std::string_view type) {
  return type.find('(') != std::string_view::npos;
}

// Whether two types are to be told apart that are one type but for a length, precision or scale.
bool lengths_count(std::string_view declared, std::string_view actual, const TypeComparison& comparison) {
  return comparison.lengths && (comparison.lengths_of_one_side || (has_length(declared) && has_length(actual)));
}

void compare_type(const CataloguedNode& node, Warehouse warehouse, const Column& declared, const CatalogColumn& actual,
                  const TypeComparison& comparison, Violations& violations) {
  const TypeMatch match = compare_types(warehouse, declared.data_type, actual.type);
  const bool other_length =
      match == TypeMatch::kSameButLength && lengths_count(declared.data_type, actual.type, comparison);
  if (match == TypeMatch::kDifferent || other_length) {
    violations.push_back(
        type_violation(node, declared, actual,
                       fmt::format("the column {} is declared as {}, but in {} it is {}: who relies on the declaration "
                                   "casts, compares or joins with the wrong type",
                                   printable(declared.name), printable(declared.data_type), shown(*node.table),
                                   printable(actual.type))));
  } else if (is_spelt_otherwise(declared.data_type, actual.type, comparison)) {
    // (Without a fix: the type as the warehouse spells it is not how people write it.)
    Violation violation = type_violation(
        node, declared, actual,
        fmt::format("the column {} is declared as {}, which {} spells {}: what compares the two texts takes them for "
                    "different types",
                    printable(declared.name), printable(declared.data_type), shown(*node.table),
                    printable(actual.type)));
    violation.fix.reset();
    violations.push_back(std::move(violation));
  }
}

}  // namespace

void report_missing_columns(const LintProject& project, const CataloguedNode& node, NameComparison comparison,
                            Violations& violations) {
  const std::span<const Column> declared = project.columns(node.id);
  if (declared.empty() || node.table->columns.empty() || !same_as_in_state(project, node.id)) return;
  const bool lists_fields = std::ranges::any_of(node.table->columns, is_field, &CatalogColumn::name);
  const MatchedColumns matched = match_columns(project, node, comparison);
  for (std::size_t i = 0; i < declared.size(); ++i) {
    if (matched.of_declared[i] != nullptr || (is_field(declared[i].name) && !lists_fields)) continue;
    violations.push_back(
        {.node = node.id,
         .message = fmt::format("the column {} is declared, but {} does not have it (catalog of {:.10}): a test on it "
                                "or a query that names it fails",
                                printable(declared[i].name), shown(*node.table),
                                printable(project.catalog()->metadata.generated_at)),
         .at = Anchor::column(std::string(declared[i].name)),
         .column = std::string(declared[i].name)});
  }
}

void report_undeclared_columns(const LintProject& project, const CataloguedNode& node, NameComparison comparison,
                               Violations& violations) {
  if (!same_as_in_state(project, node.id)) return;
  const Warehouse warehouse = warehouse_of(project);
  const MatchedColumns matched = match_columns(project, node, comparison);
  if (matched.undeclared.empty()) return;
  Fix fix{.kind = Fix::Kind::kAddColumns, .key = {}, .value = {}, .columns = {}};
  std::vector<std::string> names;
  for (const CatalogColumn* column : matched.undeclared) {
    const bool as_is = comparison == NameComparison::kLetterByLetter;
    names.push_back(as_is ? std::string(column->name) : name_for_yaml(warehouse, column->name));
    fix.columns.push_back({names.back(), type_for_yaml(column->type)});
  }
  const bool one = names.size() == 1;
  violations.push_back(
      {.node = node.id,
       .message = fmt::format("{} has {} that {} not declared: {}; nothing describes or tests {}", shown(*node.table),
                              one ? "a column" : fmt::format("{} columns", names.size()), one ? "is" : "are",
                              name_list(names, kFewNames), one ? "it" : "them"),
       .at = Anchor::properties(),
       .key = "columns",
       .fix = shared_fix(std::move(fix))});
}

void report_column_order(const LintProject& project, const RuleScope& scope, Violations& violations) {
  for (const CataloguedNode& node : catalogued_nodes(project, scope)) {
    if (!same_as_in_state(project, node.id)) continue;
    const std::span<const Column> declared = project.columns(node.id);
    const MatchedColumns matched = match_columns(project, node);
    std::optional<std::size_t> above;
    for (std::size_t i = 0; i < declared.size(); ++i) {
      const CatalogColumn* column = matched.of_declared[i];
      if (column == nullptr || is_field(column->name)) continue;
      if (above && column < matched.of_declared[*above]) {  // both are in the table's list
        violations.push_back(
            {.node = node.id,
             .message = fmt::format("{} is declared behind {}, but {} has it before: who reads the declaration as the "
                                    "table's layout (copy, unload, insert without names) mixes columns up",
                                    printable(declared[i].name), printable(declared[*above].name), shown(*node.table)),
             .at = Anchor::column(std::string(declared[i].name)),
             .column = std::string(declared[i].name),
             .key = "order"});
        break;
      }
      above = i;
    }
  }
}

void report_type_differences(const LintProject& project, const RuleScope& scope, const TypeComparison& comparison,
                             Violations& violations) {
  const Warehouse warehouse = warehouse_of(project);
  for (const CataloguedNode& node : catalogued_nodes(project, scope)) {
    const std::span<const Column> declared = project.columns(node.id);
    if (declared.empty() || !same_as_in_state(project, node.id)) continue;
    const MatchedColumns matched = match_columns(project, node);
    for (std::size_t i = 0; i < declared.size(); ++i) {
      const CatalogColumn* actual = matched.of_declared[i];
      if (actual == nullptr || declared[i].data_type.empty()) continue;
      compare_type(node, warehouse, declared[i], *actual, comparison, violations);
    }
  }
}

bool has_declared_fields(std::span<const Column> columns, const Column& column) {
  const std::string prefix = std::string(column.name) + '.';
  return std::ranges::any_of(columns, [&](const Column& other) { return other.name.starts_with(prefix); });
}

}  // namespace plowline
