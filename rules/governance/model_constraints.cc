#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/governance/constraints.h"
#include "snowplow/checks.h"
#include "source/property_file.h"

namespace plowline {
namespace {

struct ModelConstraintsOptions {
  std::vector<std::string> types;
  ListMap constraints;
  bool column_level = true;
};

const std::vector<std::string>& constraint_types() {
  static const std::vector<std::string> types = {"check", "custom", "foreign_key", "not_null", "primary_key", "unique"};
  return types;
}

using ModelConstraints = std::vector<ModelConstraint>;

bool has_column(const std::vector<std::string>& columns, std::string_view name) {
  return std::ranges::any_of(columns, [&](const std::string& column) { return same_letters(column, name); });
}

// What is missing of the constraints of one type that are asked for; `wanted` are columns, or expressions.
std::vector<std::string> missing_parts(const ModelConstraints& constraints, const std::string& type,
                                       const std::vector<std::string>& wanted) {
  const auto any = [&](auto fits) {
    return std::ranges::any_of(constraints, [&](const ModelConstraint& one) { return one.type == type && fits(one); });
  };
  std::vector<std::string> missing;
  if (type == "not_null" || type == "check" || type == "custom") {
    for (const std::string& part : wanted) {
      const bool there = any([&](const ModelConstraint& one) {
        return type == "not_null" ? has_column(one.columns, part) : one.expression == part;
      });
      if (!there) missing.push_back(fmt::format("{} ({})", type, part));
    }
    return missing;
  }
  const bool there = any([&](const ModelConstraint& one) {
    return one.columns.size() == wanted.size() &&
           std::ranges::all_of(wanted, [&](const std::string& column) { return has_column(one.columns, column); });
  });
  if (there) return missing;
  std::string columns;
  for (const std::string& column : wanted) columns += (columns.empty() ? "" : ", ") + column;
  missing.push_back(fmt::format("{} ({})", type, columns));
  return missing;
}

std::vector<std::string> missing_of(const ModelConstraints& constraints, const ModelConstraintsOptions& options) {
  std::vector<std::string> missing;
  for (const std::string& type : options.types) {
    if (std::ranges::find(constraints, type, &ModelConstraint::type) == constraints.end()) missing.push_back(type);
  }
  for (const auto& [type, wanted] : options.constraints) {
    for (std::string& part : missing_parts(constraints, type, wanted)) missing.push_back(std::move(part));
  }
  return missing;
}

Result<void> check_types(const ListMap& constraints) {
  for (const auto& [type, ignored] : constraints) {
    if (std::ranges::find(constraint_types(), type) != constraint_types().end()) continue;
    return usage_error(
        fmt::format("model-constraints: '{}' in `constraints` is no type of constraint", printable(type)),
        "what may stand there: check, custom, foreign_key, not_null, primary_key, unique");
  }
  return {};
}

void check_model(const LintProject& project, NodeId id, const ModelConstraintsOptions& options,
                 Violations& violations) {
  ModelConstraints constraints = model_constraints(project, id);
  if (options.column_level) {
    for (ModelConstraint& constraint : column_constraints(project, id)) constraints.push_back(std::move(constraint));
  }
  const std::vector<std::string> missing = missing_of(constraints, options);
  if (missing.empty()) return;
  violations.push_back(
      {.node = id,
       .message = fmt::format("{} does not have the {} {}: the warehouse takes rows that break {}",
                              printable(project.node(id).name), plural(missing.size(), "constraint", "constraints"),
                              name_list(std::vector<std::string_view>(missing.begin(), missing.end())),
                              plural(missing.size(), "it", "them")),
       .at = Anchor::properties(),
       .key = "constraints"});
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ModelConstraintsOptions& options,
                   Violations& violations) {
  if (auto types = check_types(options.constraints); !types) return types;
  if (options.types.empty() && options.constraints.empty()) return {};
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    if (project.node(id).language == "python") return;
    const std::string_view materialized = project.config(id).materialized;
    if (materialized == "table" || materialized == "incremental") check_model(project, id, options, violations);
  });
  return {};
}

const RegisterRule<ModelConstraintsOptions> rule{
    {.name = "model-constraints",
     .subject = "governance",
     .summary = "a table lacks constraints that it should have",
     .what =
         "Looks for constraints at models that are tables or incremental: for one of each of `types`, and for the very "
         "ones in `constraints`: of `primary_key`, `unique` and `foreign_key` the columns that one constraint has, of "
         "`not_null` columns that have one each, of `check` and `custom` their expressions. Views, and models in "
         "Python, cannot have constraints and are left out. Does nothing until one of the two is given.",
     .why = "A constraint that the warehouse enforces stops a wrong row before it is written; a test finds it after. "
            "Those that it does not enforce still tell its planner, and tools that read keys from it.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    config:
      materialized: table
      contract: {enforced: true}
    columns:
      - {name: order_id, data_type: integer}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-constraints: {severity: warn, types: [primary_key]}
```)",
     .use_instead = R"(```yaml models/orders.yml
models:
  - name: orders
    config:
      materialized: table
      contract: {enforced: true}
    columns:
      - name: order_id
        data_type: integer
        constraints:
          - type: primary_key
```
```sql models/orders.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-constraints: {severity: warn, types: [primary_key]}
```)",
     .basis = "dbt-checkpoint: `check-model-has-constraints`, `check-model-has-generic-constraints`; dbt-bouncer: "
              "`check_model_has_constraints`. They look at constraints of the model only (`column_level: false` here).",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ModelConstraintsOptions::types>("types", "Types of constraints that have to be there.",
                                             constraint_types()),
     option<&ModelConstraintsOptions::constraints>(
         "constraints", "Constraints that have to be there: types with their columns, or expressions."),
     option<&ModelConstraintsOptions::column_level>("column_level", "Whether a constraint at a column counts.")},
    check};

}  // namespace
}  // namespace plowline
