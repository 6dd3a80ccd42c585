#include <fmt/format.h>

#include "rules/change/breaking_columns.h"

namespace plowline {
namespace {

std::string describe(const ColumnChange& change) {
  return fmt::format("was {} and is {}", printable(change.type_before), printable(change.type_now));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const BreakingColumnOptions& options,
                   Violations& violations) {
  report_breaking_columns(project, scope, options, ColumnChange::Kind::kRetyped, describe, violations);
  return {};
}

const RegisterRule<BreakingColumnOptions> rule{
    {.name = "breaking-type-changed",
     .subject = "change",
     .summary = "a column of a public model has another type, and only others may rely on it",
     .what = "Compares the types of columns of public models (`access: public`) with the earlier manifest (`--state`): "
             "those declared as `data_type`, or those of both catalogs. A type that somebody in this project relies on "
             "is reported by `schema-column-retyped`, that of an enforced contract by `schema-contract-changed`. With "
             "`fail_on: consumers` these are found "
             "here as well, and in models that are not public, too; with `any` every such change.",
     .why =
         "Joins, unions and casts in other projects are written for the old type: they fail, or mean something else.",
     .example = R"(```yaml
models:
  - name: customers
    access: public
    columns:
      - {name: id, data_type: text}   # integer in production
```)",
     .use_instead = R"(```yaml
models:
  - name: customers
    access: public
    latest_version: 1
    versions: [{v: 1}, {v: 2}]   # the change goes into version 2
```)",
     .basis = "dbt: `access: public` lets models of other groups and projects refer to the model; state comparison of "
              "the declared and selected columns.",
     .severity = Severity::kWarn,
     .presets = kRecommended,
     .needs = kNeedsState},
    {fail_on_option()},
    check};

}  // namespace
}  // namespace plowline
