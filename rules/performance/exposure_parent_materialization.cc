#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

struct ExposureParentMaterializationOptions {
  std::vector<std::string> allowed;
};

// What is wrong with the parent; empty where nothing is.
std::string complaint(const LintProject& project, NodeId parent, const std::vector<std::string>& allowed) {
  const auto is_allowed = [&](std::string_view word) { return std::ranges::find(allowed, word) != allowed.end(); };
  switch (project.project().type(parent)) {
    case ResourceType::kSource:
      if (is_allowed("source")) return {};
      return "a source: it shows raw data, which no model has cleaned and no contract holds stable";
    case ResourceType::kModel:
      break;
    default:
      return {};
  }
  const std::string_view materialized = project.config(parent).materialized;
  if (is_allowed(materialized)) return {};
  if (materialized == "view") return "a view: each time it is opened the warehouse computes the whole query";
  if (materialized == "ephemeral") return "ephemeral: there is nothing in the warehouse that it could read";
  if (allowed.empty()) return {};
  return fmt::format("materialized as {}, which exposures should not read", printable(materialized));
}

Result<void> check(const LintProject& project, const RuleScope& scope,
                   const ExposureParentMaterializationOptions& options, Violations& violations) {
  scope.for_each_enabled(ResourceType::kExposure, [&](NodeId id) {
    for (const NodeId parent : project.project().parents(id)) {
      if (!project.project().enabled(parent)) continue;
      const std::string wrong = complaint(project, parent, options.allowed);
      if (wrong.empty()) continue;
      const NodeRecord& node = project.node(parent);
      const std::string name = node.source_name.empty()
                                   ? printable(node.name)
                                   : fmt::format("{}.{}", printable(node.source_name), printable(node.name));
      violations.push_back({.node = id,
                            .message = fmt::format("the exposure {} depends on {}, which is {}",
                                                   printable(project.node(id).name), name, wrong),
                            .at = Anchor{},
                            .key = std::string(node.unique_id)});
    }
  });
  return {};
}

const RegisterRule<ExposureParentMaterializationOptions> rule{
    {.name = "exposure-parent-materialization",
     .subject = "performance",
     .summary = "an exposure depends on a view, an ephemeral model or a source",
     .what = "Looks at what each exposure depends on directly: models that are views or ephemeral, and sources, are "
             "reported, a finding each. With `allowed` only what it lists is accepted, of models and sources.",
     .why = "What people look at should answer quickly and hold still. A view computes its query each time somebody "
            "opens the dashboard; an ephemeral model is not in the warehouse at all; a source changes when its owner "
            "likes.",
     .example = R"(```sql models/fct_orders.sql
{{ config(materialized='view') }} select 1 as order_id
```
```yaml models/exposures.yml
exposures:
  - name: sales_dashboard
    type: dashboard
    owner: {email: sales@example.com}
    depends_on:
      - ref('fct_orders')
```)",
     .use_instead = R"(```sql models/fct_orders.sql
{{ config(materialized='table') }} select 1 as order_id
```
```yaml models/exposures.yml
exposures:
  - name: sales_dashboard
    type: dashboard
    owner: {email: sales@example.com}
    depends_on:
      - ref('fct_orders')
```)",
     .basis = "dbt-project-evaluator: `fct_exposure_parents_materializations`.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    {option<&ExposureParentMaterializationOptions::allowed>(
        "allowed",
        "The only materializations of models that are accepted, and `source` for sources. Without it: all "
        "but views, ephemeral models and sources.")},
    check};

}  // namespace
}  // namespace plowline
