#include <fmt/format.h>

#include "lint/node_name.h"
#include "rules/properties/file_paths.h"
#include "rules/sources/source_records.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    const NodeRecord& source = project.node(id);
    const std::string folder = folder_of(source.original_file_path);
    std::vector<NodeId> elsewhere;
    for (const NodeId model : models_reading(project, id)) {
      const NodeRecord& reader = project.node(model);
      if (reader.package_name != source.package_name || folder_of(reader.original_file_path) != folder)
        elsewhere.push_back(model);
    }
    if (elsewhere.empty()) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the source {} is defined in {} and read by {} elsewhere: who changes "
                                "the source does not find its {} beside it",
                                readable_name(project, id), printable(folder), name_list(project.project(), elsewhere),
                                plural(elsewhere.size(), "reader", "readers"))});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "source-used-in-same-directory",
     .subject = "sources",
     .summary = "a model in another folder reads a source",
     .what = "Finds tables of sources that a model reads whose file does not lie in the folder of the source's YAML "
             "file.",
     .why = "A source and the staging models that read it are one piece: what is raw ends there. A reader in another "
            "folder goes around it.",
     .example = R"(```yaml models/staging/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```
```sql models/marts/revenue.sql
select sum(amount) as revenue from {{ source('raw', 'orders') }}
```)",
     .use_instead = R"(```yaml models/staging/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```
```sql models/staging/stg_orders.sql
select amount from {{ source('raw', 'orders') }}
```
```sql models/marts/revenue.sql
select sum(amount) as revenue from {{ ref('stg_orders') }}
```)",
     .basis = "dbt's guide to project structure; dbt-bouncer's `check_source_used_by_models_in_same_directory`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    check};

}  // namespace
}  // namespace plowline
