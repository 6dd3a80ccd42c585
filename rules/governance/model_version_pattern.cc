#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

struct VersionPatternOptions {
  Pattern pattern;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const VersionPatternOptions& options,
                   Violations& violations) {
  if (options.pattern.empty()) return {};
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (node.version.empty()) return;
    const std::string version = scalar_of(node.version);
    if (version.empty() || options.pattern.matches(version)) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the version {} of {} does not match '{}' as a whole: nobody can tell "
                                "where it comes in the order of versions",
                                printable(version), printable(node.name), printable(options.pattern.text())),
         .at = Anchor::properties(),
         .key = "version"});
  });
  return {};
}

const RegisterRule<VersionPatternOptions> rule{
    {.name = "model-version-pattern",
     .subject = "governance",
     .summary = "a model's version does not match a pattern",
     .what = "Matches the versions of models (`v` in `versions:`) against `pattern`. Models without versions are left "
             "out. Does nothing until `pattern` is given.",
     .why = "dbt takes numbers and texts for versions, and without `latest_version` the greatest one is the latest: "
            "`draft` comes after `2`.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    latest_version: 1
    versions:
      - v: 1
      - v: draft
```
```sql models/orders_v1.sql
select 1 as order_id
```
```sql models/orders_vdraft.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-version-pattern: {severity: warn, pattern: '[0-9]+'}
```)",
     .use_instead = R"(```yaml models/orders.yml
models:
  - name: orders
    latest_version: 1
    versions:
      - v: 1
      - v: 2
```
```sql models/orders_v1.sql
select 1 as order_id
```
```sql models/orders_v2.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-version-pattern: {severity: warn, pattern: '[0-9]+'}
```)",
     .basis = "dbt-bouncer: `check_model_version_allowed`. dbt-core orders versions in `UnparsedVersion`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&VersionPatternOptions::pattern>("pattern", "A regular expression that the whole version has to match.")},
    check};

}  // namespace
}  // namespace plowline
