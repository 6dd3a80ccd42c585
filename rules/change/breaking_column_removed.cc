#include "rules/change/breaking_columns.h"

namespace plowline {
namespace {

std::string describe(const ColumnChange&) {
  return "is gone";
}

Result<void> check(const LintProject& project, const RuleScope& scope, const BreakingColumnOptions& options,
                   Violations& violations) {
  report_breaking_columns(project, scope, options, ColumnChange::Kind::kRemoved, describe, violations);
  return {};
}

const RegisterRule<BreakingColumnOptions> rule{
    {.name = "breaking-column-removed",
     .subject = "change",
     .summary = "a column of a public model is gone that only others may rely on",
     .what = "Compares the columns of public models (`access: public`) with the earlier manifest (`--state`) and finds "
             "those that are gone although nobody in this project is seen to rely on them. A column that a model, test "
             "or exposure of this project relies on is reported by `schema-column-removed`, one of an enforced "
             "contract by `schema-contract-changed`. With `fail_on: consumers` these are found "
             "here as well, and in models that are not public, too; with `any` every such change.",
     .why = "Other projects may read a public model, and their queries fail when the column is gone. No test of this "
            "project finds that.",
     .example = R"(```sql
-- customers, a public model, without `email`
select id, name from {{ ref('stg_customers') }}
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
