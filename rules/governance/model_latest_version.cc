#include <fmt/format.h>
#include <set>
#include <utility>

#include "lint/rule.h"
#include "source/places.h"

namespace plowline {
namespace {

struct LatestVersionOptions {
  bool unversioned = false;
};

enum class LatestVersion { kWritten, kNotWritten, kUnknown };

// The manifest has a latest_version for every model with versions: where none is written, dbt fills in the greatest.
LatestVersion latest_version(const NodeRecord& node, NodeId id, Places& places) {
  if (node.latest_version.empty()) return LatestVersion::kNotWritten;
  SourceFile* file = places.files().file(places.properties_path_of(id));
  if (file == nullptr) return LatestVersion::kUnknown;
  const PropertyEntry* entry = places.find_entry(node, file->properties());
  if (entry == nullptr || entry->value == nullptr) return LatestVersion::kUnknown;
  return entry->value->get("latest_version") != nullptr ? LatestVersion::kWritten : LatestVersion::kNotWritten;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const LatestVersionOptions& options,
                   Violations& violations) {
  Places places(project.project(), project.location());
  std::set<std::pair<std::string_view, std::string_view>> seen;  // models with versions, by package and name
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (node.version.empty()) {
      if (!options.unversioned || !node.latest_version.empty()) return;
      violations.push_back(
          {.node = id,
           .message = fmt::format("{} has no versions and so no latest_version: a change of it reaches "
                                  "all who read it at once",
                                  printable(node.name)),
           .at = Anchor::properties(),
           .key = "latest_version"});
      return;
    }
    // Once per model, whatever number of versions it has.
    if (!seen.emplace(node.package_name, node.name).second) return;
    if (latest_version(node, id, places) != LatestVersion::kNotWritten) return;
    violations.push_back({.node = id,
                          .message = fmt::format("{} has versions, and its latest_version is not written down: dbt "
                                                 "takes the greatest, so that the next version is everybody's the "
                                                 "moment it is added",
                                                 printable(node.name)),
                          .at = Anchor::properties(),
                          .key = "latest_version"});
  });
  return {};
}

const RegisterRule<LatestVersionOptions> rule{
    {.name = "model-latest-version",
     .subject = "governance",
     .summary = "a model with versions does not say which one is the latest",
     .what =
         "Finds models with `versions:` whose YAML entry has no `latest_version`. Where the project's files are not "
         "at hand nothing is said, since the manifest holds what dbt filled in. With `unversioned`, models without "
         "versions are found as well.",
     .why = "`ref('orders')` means the latest version. Where nobody has said which that is, it is the greatest: to add "
            "version 3 for a trial moves every reader to it.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    versions:
      - v: 1
      - v: 2
```
```sql models/orders_v1.sql
select 1 as order_id
```
```sql models/orders_v2.sql
select 1 as order_id
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
```)",
     .basis = "dbt-bouncer: `check_model_latest_version_specified`, which looks at the manifest and so finds models "
              "without versions (`unversioned` here). dbt-core fills in the greatest version (`parser/schemas.py`).",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&LatestVersionOptions::unversioned>("unversioned", "Whether a model without versions is a finding.")},
    check};

}  // namespace
}  // namespace plowline
