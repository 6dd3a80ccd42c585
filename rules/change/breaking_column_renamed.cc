#include <fmt/format.h>

#include "rules/change/breaking_columns.h"

namespace plowline {
namespace {

std::string describe(const ColumnChange& change) {
  return fmt::format("is called {} now", printable(change.new_name));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const BreakingColumnOptions& options,
                   Violations& violations) {
  report_breaking_columns(project, scope, options, ColumnChange::Kind::kRenamed, describe, violations);
  return {};
}

const RegisterRule<BreakingColumnOptions> rule{
    {.name = "breaking-column-renamed",
     .subject = "change",
     .summary = "a column of a public model has another name, and only others may rely on it",
     .what = "Compares the columns of public models (`access: public`) with the earlier manifest (`--state`) and finds "
             "those that are called otherwise although nobody in this project is seen to rely on the old name: one "
             "column is gone and one of the same type, or in the same place, is new. A name that somebody in this "
             "project relies on is reported by `schema-column-renamed`. With `fail_on: consumers` these are found "
             "here as well, and in models that are not public, too; with `any` every such change.",
     .why = "For who reads a public model from another project a renamed column is a column that is gone.",
     .example = R"(```sql
-- customers, a public model; `mail` was `email`
select id, email as mail from {{ ref('stg_customers') }}
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
