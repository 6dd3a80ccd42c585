#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

struct MaterializationByChildrenOptions {
  std::int64_t threshold = 5;
};

std::int64_t child_models(const LintProject& project, NodeId id) {
  return std::ranges::count_if(project.project().children(id), [&](NodeId child) {
    return project.project().type(child) == ResourceType::kModel && project.project().enabled(child);
  });
}

// A model in Python cannot be a view.
bool can_be_view(const NodeRecord& node) {
  return node.language.empty() || node.language == "sql";
}

Result<void> check(const LintProject& project, const RuleScope& scope, const MaterializationByChildrenOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    const std::string_view materialized = project.config(id).materialized;
    if (materialized.empty() || materialized == "ephemeral" || !can_be_view(node)) {
      return;
    }
    const std::int64_t children = child_models(project, id);
    const bool many = children > options.threshold;
    if (many != (materialized == "view")) return;
    const std::string count =
        children == 0 ? "no child models" : fmt::format("{} child model{}", children, children == 1 ? "" : "s");
    violations.push_back(
        {.node = id,
         .message = many
                        ? fmt::format("{} is a view with {}, more than {}: each of them computes its query again, "
                                      "which a table or an incremental model does once",
                                      printable(node.name), count, options.threshold)
                        : fmt::format("{} is materialized as {}, but has {}: with no more than {} of them a view would "
                                      "do, which stores nothing and needs no run",
                                      printable(node.name), printable(materialized), count, options.threshold),
         .at = Anchor::config("materialized")});
  });
  return {};
}

const RegisterRule<MaterializationByChildrenOptions> rule{
    {.name = "materialization-by-children",
     .subject = "performance",
     .summary = "a view with many child models, or a table with few",
     .what = "Counts the models that read a model directly. With more than `threshold` it should not be a view; with "
             "no more it should be one. Ephemeral models and models in Python are passed over; tests, exposures and "
             "snapshots do not count as readers.",
     .why = "Each model that reads a view computes its query again; a table is computed once and costs storage. The "
            "number of readers is a first guess at which is cheaper (what people query is not counted).",
     .example = R"(```yaml plowline.yml
rules:
  materialization-by-children: {threshold: 1}
```
```sql models/stg_orders.sql
{{ config(materialized='view') }} select 1 as order_id
```
```sql models/a.sql
{{ config(materialized='view') }} select order_id from {{ ref('stg_orders') }}
```
```sql models/b.sql
{{ config(materialized='view') }} select order_id from {{ ref('stg_orders') }}
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  materialization-by-children: {threshold: 1}
```
```sql models/stg_orders.sql
{{ config(materialized='table') }} select 1 as order_id
```
```sql models/a.sql
{{ config(materialized='view') }} select order_id from {{ ref('stg_orders') }}
```
```sql models/b.sql
{{ config(materialized='view') }} select order_id from {{ ref('stg_orders') }}
```)",
     .basis = "dbt-checkpoint: check-model-materialization-by-childs, whose default threshold is 5.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&MaterializationByChildrenOptions::threshold>("threshold", "The most child models of a view.")},
    check};

}  // namespace
}  // namespace plowline
