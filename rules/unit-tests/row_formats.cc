#include <algorithm>
#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "lint/rule.h"
#include "rules/governance/alternatives.h"
#include "rules/unit-tests/unit_tests.h"

namespace plowline {
namespace {

struct RowFormatOptions {
  std::vector<std::string> formats = {"csv", "dict", "sql"};

  bool allows(std::string_view format) const { return std::ranges::find(formats, format) != formats.end(); }
};

// `csv or dict`.
std::string allowed(const RowFormatOptions& options) {
  return alternatives(options.formats);
}

Result<void> check_expect(const LintProject& project, const RuleScope& scope, const RowFormatOptions& options,
                          Violations& violations) {
  scope.for_each_enabled(ResourceType::kUnitTest, [&](NodeId id) {
    const UnitTestParts parts = unit_test_parts(project, id);
    if (parts.expect_format.empty() || options.allows(parts.expect_format)) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the unit test {} writes the rows that it expects as {}, not as {}: "
                                "it reads unlike the project's others",
                                printable(project.node(id).name), printable(parts.expect_format), allowed(options)),
         .key = "expect"});
  });
  return {};
}

Result<void> check_given(const LintProject& project, const RuleScope& scope, const RowFormatOptions& options,
                         Violations& violations) {
  scope.for_each_enabled(ResourceType::kUnitTest, [&](NodeId id) {
    std::vector<std::string> others;
    for (const UnitTestInput& input : unit_test_parts(project, id).given) {
      if (options.allows(input.format)) continue;
      others.push_back(fmt::format("{} as {}", printable(input.input), printable(input.format)));
    }
    if (others.empty()) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the unit test {} writes {}, not as {}: it reads unlike the project's "
                                "others",
                                printable(project.node(id).name), name_list(others, kEveryName), allowed(options)),
         .key = "given"});
  });
  return {};
}

OptionSpec formats_option() {
  return option<&RowFormatOptions::formats>("formats", "The formats that may be used.", {"csv", "dict", "sql"});
}

const RegisterRule<RowFormatOptions> expect_rule{
    {.name = "unit-test-expect-format",
     .subject = "unit-tests",
     .summary = "a unit test writes its expected rows in another format",
     .what = "Finds unit tests whose `expect` has a `format` that is not among `formats`. One without a format has "
             "`dict`. Finds nothing until `formats` names fewer than all.",
     .why = "Rows in one format are compared at a glance. Three formats in one project are three ways to get a type or "
            "a null wrong.",
     .example = R"(```yaml plowline.yml
rules:
  unit-test-expect-format:
    formats: [dict]
```
```sql models/orders.sql
select 1 as order_id
```
```yaml models/unit_tests.yml
unit_tests:
  - name: one_order
    model: orders
    given: []
    expect:
      format: csv
      rows: |
        order_id
        1
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  unit-test-expect-format:
    formats: [dict]
```
```sql models/orders.sql
select 1 as order_id
```
```yaml models/unit_tests.yml
unit_tests:
  - name: one_order
    model: orders
    given: []
    expect:
      rows:
        - {order_id: 1}
```)",
     .basis = "dbt's unit tests: `format` is dict (the default), csv or sql.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {formats_option()},
    check_expect};

const RegisterRule<RowFormatOptions> given_rule{
    {.name = "unit-test-given-format",
     .subject = "unit-tests",
     .summary = "a unit test writes its input rows in another format",
     .what =
         "Finds unit tests with an input in `given` whose `format` is not among `formats`. One without a format has "
         "`dict`. One finding per unit test, with all such inputs. Finds nothing until `formats` names fewer than "
         "all.",
     .why = "Who changes a test reads its inputs first. In one format they are read alike in every test.",
     .example = R"(```yaml plowline.yml
rules:
  unit-test-given-format:
    formats: [dict]
```
```sql models/raw_orders.sql
select 1 as order_id
```
```sql models/orders.sql
select order_id from {{ ref('raw_orders') }}
```
```yaml models/unit_tests.yml
unit_tests:
  - name: one_order
    model: orders
    given:
      - input: ref('raw_orders')
        format: sql
        rows: select 1 as order_id
    expect:
      rows:
        - {order_id: 1}
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  unit-test-given-format:
    formats: [dict]
```
```sql models/raw_orders.sql
select 1 as order_id
```
```sql models/orders.sql
select order_id from {{ ref('raw_orders') }}
```
```yaml models/unit_tests.yml
unit_tests:
  - name: one_order
    model: orders
    given:
      - input: ref('raw_orders')
        rows:
          - {order_id: 1}
    expect:
      rows:
        - {order_id: 1}
```)",
     .basis = "dbt's unit tests: `format` is dict (the default), csv or sql.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {formats_option()},
    check_given};

}  // namespace
}  // namespace plowline
