#include "rules/tests/project_tests.h"
#include "rules/tests/required_tags.h"

namespace plowline {
namespace {

struct TestTagsOptions {
  std::vector<std::string> required;
  std::string criteria = "all";
  std::vector<std::string> allowed;
  bool allow_untagged = false;

  TagDemand demand() const { return {required, criteria, allowed, allow_untagged}; }
};

Result<void> check(const LintProject& project, const RuleScope& scope, const TestTagsOptions& options,
                   Violations& violations) {
  const TagDemand demand = options.demand();
  if (demand.empty()) return {};
  const auto& tests = project.index<ProjectTests>();
  scope.for_each(ResourceType::kTest, [&](NodeId id) {
    const ProjectTest* test = tests.find(id);
    if (test != nullptr) check_tags(project, id, readable_test(project, *test), demand, violations);
  });
  return {};
}

const RegisterRule<TestTagsOptions> rule{
    {.name = "test-tags",
     .subject = "tests",
     .summary = "a test's tags are not those that were agreed upon",
     .what = "Looks at the tags of data tests: whether those in `required` are there, and whether there is one that is "
             "not in `allowed`. Where there are `allowed` tags, a test without any is found as well, unless "
             "`allow_untagged` is set. Does nothing until `required` or `allowed` is given.",
     .why = "`dbt test --select tag:hourly` runs what has the tag. A test with a misspelt one is run by nobody, and "
            "never fails.",
     .example = R"(```yaml plowline.yml
rules:
  test-tags: {allowed: [hourly, nightly]}
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
              config: {tags: [nihgtly]}
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  test-tags: {allowed: [hourly, nightly]}
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
              config: {tags: [nightly]}
```)",
     .basis = "dbt: tests take the tags of their own config and of the column that they stand below. dbt-checkpoint's "
              "`check-test-tags` (which finds untagged tests, too), dbt-bouncer's `check_test_has_tags`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&TestTagsOptions::required>("required", "Tags that have to be there."),
     option<&TestTagsOptions::criteria>("criteria", "How many of those: all, any (at least one), or exactly one.",
                                        {"all", "any", "one"}),
     option<&TestTagsOptions::allowed>("allowed", "The tags that may be there."),
     option<&TestTagsOptions::allow_untagged>("allow_untagged", "Whether a test without tags is right as well.")},
    check};

}  // namespace
}  // namespace plowline
