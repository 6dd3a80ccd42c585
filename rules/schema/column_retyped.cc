#include <fmt/format.h>

#include "rules/schema/report_columns.h"

namespace plowline {
namespace {

std::string describe(const ColumnChange& change) {
  return fmt::format("was {} and is {}", printable(change.type_before), printable(change.type_now));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ColumnChangeOptions& options,
                   Violations& violations) {
  report_columns(project, scope, ColumnChange::Kind::kRetyped, options, describe, violations);
  return {};
}

const RegisterRule<ColumnChangeOptions> rule{
    {.name = "schema-column-retyped",
     .subject = "schema",
     .summary = "a column has another type, and something relies on it",
     .what =
         "Compares the types of columns with the earlier manifest (`--state`): those declared as `data_type`, or those "
         "of both projects' catalogs. A type that the adapter knows by two names is one type. Found are columns that "
         "something relies on (see `schema-column-removed`).",
     .why = "Joins and comparisons with columns of the old type fail or cast silently, unions do not fit, and an "
            "incremental table keeps the old type until it is built again.",
     .example = R"(```yaml
columns:
  - {name: customer_id, data_type: text}   # integer in production
```)",
     .use_instead = R"(```yaml
columns:
  - {name: customer_id, data_type: integer}
```)",
     .basis = "The manifest: declared types, contracts, and the code of the nodes downstream.",
     .severity = Severity::kError,
     .presets = kRecommended,
     .needs = kNeedsState},
    {option<&ColumnChangeOptions::without_consumers>("without_consumers", ColumnChangeOptions::kDescription)},
    check};

}  // namespace
}  // namespace plowline
