#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/governance/meta.h"
#include "rules/tests/project_tests.h"

namespace plowline {
namespace {

Result<void> check_meta(const LintProject& project, const RuleScope& scope, const MetaKeyDemand& options,
                        Violations& violations) {
  if (options.keys.empty()) return {};
  const auto& tests = project.index<ProjectTests>();
  scope.for_each(ResourceType::kTest, [&](NodeId id) {
    const ProjectTest* test = tests.find(id);
    if (test == nullptr) return;
    const std::string failure = missing_or_extra(Meta::of(project, id), options);
    if (failure.empty()) return;
    violations.push_back({.node = id,
                          .message = fmt::format("the meta of {} {}: what is done by these keys when it fails is not "
                                                 "done",
                                                 readable_test(project, *test), failure),
                          .at = Anchor::config("meta")});
  });
  return {};
}

const RegisterRule<MetaKeyDemand> rule{
    {.name = "test-meta-keys",
     .subject = "tests",
     .summary = "a test's meta does not have the keys that it should have",
     .what =
         "Looks for keys in the `meta` of data tests. Does nothing until `keys` is set. Unless `allow_extra` is set, "
         "keys that are not asked for are reported, too; plowline's own (`meta: {plowline: …}`) never are.",
     .why =
         "Who is told when a test fails, and how loudly, is often decided by its meta. A test without an owner fails "
         "in a list that nobody reads.",
     .example = R"(```yaml plowline.yml
rules:
  test-meta-keys: {keys: [owner]}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests: [unique]
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  test-meta-keys: {keys: [owner]}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml models/orders.yml
models:
  - name: orders
    columns:
      - name: order_id
        data_tests:
          - unique:
              config:
                meta: {owner: finance}
```)",
     .basis = "dbt-checkpoint: `check-test-has-meta-keys` (`--allow-extra-keys`); dbt-bouncer: "
              "`check_test_has_meta_keys` (`criteria`; other keys are allowed).",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    meta_key_options(),
    check_meta};

}  // namespace
}  // namespace plowline
