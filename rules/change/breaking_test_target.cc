#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/column_changes.h"
#include "rules/schema/consumers.h"

namespace plowline {
namespace {

std::string what_became_of(const ColumnChange& change) {
  return change.kind == ColumnChange::Kind::kRemoved ? "is gone"
                                                     : fmt::format("is called {} now", printable(change.new_name));
}

bool is_test(const ColumnConsumer& consumer) {
  return consumer.kind == ColumnConsumer::Kind::kTest || consumer.kind == ColumnConsumer::Kind::kUnitTest;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const ChangedColumns& changed : project.index<ColumnChanges>().all()) {
    for (const ColumnChange& change : changed.changes) {
      if (change.kind == ColumnChange::Kind::kRetyped) continue;
      for (const ColumnConsumer& consumer : consumers_of(project, changed.node, change.name)) {
        if (!is_test(consumer) || !scope.contains(consumer.node)) continue;
        const std::string model = printable(project.node(changed.node).name);
        violations.push_back({.node = consumer.node,
                              .message = fmt::format("{} names the column {} of {}, which {}: it ends with an error",
                                                     printable(project.node(consumer.node).name),
                                                     printable(change.name), model, what_became_of(change)),
                              .column = change.name,
                              .key = fmt::format("{} {}", project.node(changed.node).unique_id, change.name)});
      }
    }
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "breaking-test-target",
     .subject = "change",
     .summary = "a test names a column that is gone or has another name",
     .what =
         "Finds the tests and unit tests that name a column which the earlier manifest (`--state`) has and this one "
         "has "
         "not, or under another name. One finding for each test, at the test. `schema-column-removed` and "
         "`schema-column-renamed` report the same change at the model and name the tests among those who rely on it.",
     .why = "The test ends with a database error when the model has been built, in production for all that nobody "
            "looked at before.",
     .example = R"(```yaml
# customers.sql selects `mail` now
models:
  - name: customers
    columns:
      - {name: email, data_tests: [not_null]}
```)",
     .use_instead = R"(```yaml
models:
  - name: customers
    columns:
      - {name: mail, data_tests: [not_null]}
```)",
     .basis = "The manifest: `test_metadata`, `column_name` and the code of the tests.",
     .severity = Severity::kError,
     .presets = kOnRequest,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
