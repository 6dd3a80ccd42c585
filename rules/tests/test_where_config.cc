#include <fmt/format.h>

#include "rules/tests/test_rule_scope.h"

namespace plowline {
namespace {

struct TestWhereOptions {
  Pattern pattern;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const TestWhereOptions& options,
                   Violations& violations) {
  const auto& tests = project.index<ProjectTests>();
  scope.for_each(ResourceType::kTest, [&](NodeId id) {
    const ProjectTest* test = tests.find(id);
    if (test == nullptr || test->kind != TestKind::kGeneric) return;
    const std::string where = unescaped_text(member_of(project.node(id).config, "where"));
    if (where.find_first_not_of(" \t\r\n") == std::string::npos) {
      violations.push_back({.node = id,
                            .message = fmt::format("{} has no `where`: every run of it reads the whole table",
                                                   readable_test(project, *test)),
                            .at = Anchor::config("where")});
    } else if (!options.pattern.empty() && !options.pattern.found_in(where)) {
      violations.push_back({.node = id,
                            .message = fmt::format("the `where` of {} is `{}`, which is not the filter that "
                                                   "is asked for: it may read more, or other rows, than it should",
                                                   readable_test(project, *test), printable(where)),
                            .at = Anchor::config("where")});
    }
  });
  return {};
}

const RegisterRule<TestWhereOptions> rule{
    {.name = "test-where-config",
     .subject = "tests",
     .summary = "a generic test sets no `where`",
     .what = "Finds generic tests without the config `where`, or with one in which `pattern` is not found. `where` is "
             "compared as it is written: Jinja in it is not rendered. (Singular tests have no such config; they are "
             "not looked at.)",
     .why = "On a large table a test of all rows costs as much as building it, every day, for rows that were tested "
            "before.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [not_null]
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests:
          - not_null:
              config: {where: created_at > current_date - 7}
```)",
     .basis = "dbt's config `where` of generic tests.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&TestWhereOptions::pattern>(
        "pattern", "A regular expression that has to be found in the `where`; without one any will do.")},
    check};

}  // namespace
}  // namespace plowline
