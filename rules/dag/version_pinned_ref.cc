#include <algorithm>
#include <fmt/format.h>

#include "rules/dag/neighbours.h"
#include "rules/dag/refs.h"

namespace plowline {
namespace {

constexpr TypesOfNodes kReaders = {ResourceType::kModel, ResourceType::kSnapshot, ResourceType::kAnalysis,
                                   ResourceType::kExposure, ResourceType::kSemanticModel};

// Whether the reader names the model without saying which version it wants.
bool reads_any_version(const NodeRecord& reader, const NodeRecord& model) {
  return std::ranges::any_of(refs_of(reader), [&](const WrittenRef& ref) {
    return ref.name == model.name && ref.version.empty() && (ref.package.empty() || ref.package == model.package_name);
  });
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for_each_edge(project, scope, kReaders, {ResourceType::kModel}, [&](NodeId child, NodeId parent) {
    const NodeRecord& model = project.node(parent);
    if (model.version.empty() || !reads_any_version(project.node(child), model)) return;
    if (scalar_of(model.version) != scalar_of(model.latest_version)) return;  // read by another ref, with its version
    violations.push_back(
        {.node = child,
         .message = fmt::format("{} reads {} without saying which version: the day another version becomes the latest, "
                                "it gets that one, with the columns that were changed in it",
                                spoken_name(project.node(child)), printable(model.name)),
         .at = place_of_reading(project, child, parent),
         .key = std::string(model.name)});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "version-pinned-ref",
     .subject = "dag",
     .summary = "a ref() of a versioned model names no version",
     .what = "Finds models, snapshots, analyses, exposures and semantic models that read a model with versions by a "
             "ref() without `v`.",
     .why =
         "A new version is made because something breaks. dbt resolves a ref without a version to the latest one, so "
         "readers are moved to it when `latest_version` is changed, ready or not.",
     .example = R"(```sql models/report.sql
select * from {{ ref('orders') }}
```
```sql models/orders_v1.sql
select 1 as id
```
```yaml models/_models.yml
models:
  - name: orders
    latest_version: 1
    versions: [{v: 1}]
```
)",
     .use_instead = R"(```sql models/report.sql
select * from {{ ref('orders', v=1) }}
```
```sql models/orders_v1.sql
select 1 as id
```
```yaml models/_models.yml
models:
  - name: orders
    latest_version: 1
    versions: [{v: 1}]
```
)",
     .basis = "dbt-bouncer: `check_model_version_pinned_in_ref`. dbt's documentation, model versions: an unpinned ref "
              "resolves to the latest version.",
     .presets = kOnRequest},
    check};

}  // namespace
}  // namespace plowline
