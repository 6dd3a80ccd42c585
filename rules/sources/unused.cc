#include <algorithm>
#include <fmt/format.h>

#include "lint/node_name.h"
#include "rules/sources/source_records.h"

namespace plowline {
namespace {

struct UnusedSourceOptions {
  std::vector<std::string> used_by = {"model", "snapshot", "exposure"};
};

Result<void> check(const LintProject& project, const RuleScope& scope, const UnusedSourceOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    const auto uses = [&](NodeId child) {
      return project.project().enabled(child) &&
             std::ranges::find(options.used_by, to_string(project.project().type(child))) != options.used_by.end();
    };
    if (std::ranges::any_of(project.project().children(id), uses)) return;
    violations.push_back({.node = id,
                          .message = fmt::format("the source {} is read by nothing: who reads the project takes its "
                                                 "table for needed, and its tests and freshness are run for nobody",
                                                 readable_name(project, id))});
  });
  return {};
}

const RegisterRule<UnusedSourceOptions> rule{
    {.name = "unused-source",
     .subject = "sources",
     .summary = "nothing reads a source",
     .what = "Finds tables of sources that no enabled model, snapshot or exposure reads. Tests, analyses and hooks are "
             "no use of a source unless `used_by` has them.",
     .why = "A table that nobody reads is loaded, paid for, tested and looked at in vain; or a model names it by hand, "
            "and dbt does not know.",
     .example = R"(```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
      - name: refunds
```
```sql models/stg_orders.sql
select * from {{ source('raw', 'orders') }}
```)",
     .use_instead = R"(```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```
```sql models/stg_orders.sql
select * from {{ source('raw', 'orders') }}
```)",
     .basis = "dbt-project-evaluator's `fct_unused_sources`.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    {option<&UnusedSourceOptions::used_by>(
        "used_by", "What counts as a use.",
        {"model", "snapshot", "exposure", "analysis", "test", "unit_test", "operation", "function"})},
    check};

}  // namespace
}  // namespace plowline
