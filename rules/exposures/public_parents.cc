// Exposures and semantic models that are made of what is not public.
#include <fmt/format.h>

#include "lint/node_name.h"
#include "lint/rule.h"

namespace plowline {
namespace {

std::string parent_name(const NodeRecord& node) {
  return fmt::format("the {}{} {}", node.access.empty() ? "" : std::string(node.access) + " ",
                     to_string(node.resource_type), readable_name(node));
}

bool is_relation(ResourceType type) {
  return type == ResourceType::kModel || type == ResourceType::kSource || type == ResourceType::kSeed ||
         type == ResourceType::kSnapshot;
}

// Whether the manifest is of a dbt that knows `access` (1.5 and later): it then gives every model one.
bool has_access(const LintProject& project) {
  for (std::uint32_t i = 0; i < project.project().size(); ++i) {
    if (project.project().type(NodeId{i}) == ResourceType::kModel && !project.node(NodeId{i}).access.empty())
      return true;
  }
  return false;
}

template <typename Describe>
void report_parents(const LintProject& project, const RuleScope& scope, ResourceType type, const Describe& describe,
                    Violations& violations) {
  if (!has_access(project)) return;
  scope.for_each_enabled(type, [&](NodeId id) {
    for (const NodeId parent : project.project().parents(id)) {
      const NodeRecord& node = project.node(parent);
      if (!is_relation(node.resource_type) || !project.project().enabled(parent) || node.access == "public") continue;
      const std::string message = describe(project.node(id), node);
      if (!message.empty()) violations.push_back({.node = id, .message = message, .key = std::string(node.unique_id)});
    }
  });
}

Result<void> check_exposures(const LintProject& project, const RuleScope& scope, const NoOptions&,
                             Violations& violations) {
  const auto describe = [](const NodeRecord& exposure, const NodeRecord& parent) {
    return fmt::format(
        "the exposure {} depends on {}: its owners have not promised anything about the columns, so a "
        "change of them breaks what is shown",
        printable(exposure.name), parent_name(parent));
  };
  report_parents(project, scope, ResourceType::kExposure, describe, violations);
  return {};
}

Result<void> check_semantic_models(const LintProject& project, const RuleScope& scope, const NoOptions&,
                                   Violations& violations) {
  const auto describe = [](const NodeRecord& semantic_model, const NodeRecord& parent) {
    if (parent.resource_type != ResourceType::kModel || parent.package_name != semantic_model.package_name)
      return std::string();
    return fmt::format(
        "the semantic model {} is made of {}: its owners have not promised anything about the columns, "
        "so a change of them breaks the metrics",
        printable(semantic_model.name), parent_name(parent));
  };
  report_parents(project, scope, ResourceType::kSemanticModel, describe, violations);
  return {};
}

const RegisterRule<> exposure_rule{
    {.name = "exposure-public-parents",
     .subject = "exposures",
     .summary = "an exposure depends on something that is not a public model",
     .what = "Finds what exposures depend on directly and is no model with `access: public`: protected and private "
             "models, sources, seeds and snapshots. One finding for each. Before dbt 1.5 there is no access, and "
             "nothing is found.",
     .why = "A dashboard is a reader outside of the project. Public models are those whose columns are kept stable for "
            "such readers; any other may be changed by whoever works on it, who will not look for dashboards.",
     .example = R"(```sql models/fct_orders.sql
select 1 as id
```
```yaml models/_exposures.yml
exposures:
  - name: order_dashboard
    type: dashboard
    owner: {email: data@example.com}
    depends_on: [ref('fct_orders')]
```
)",
     .use_instead = R"(```sql models/fct_orders.sql
select 1 as id
```
```yaml models/_exposures.yml
models:
  - name: fct_orders
    access: public
exposures:
  - name: order_dashboard
    type: dashboard
    owner: {email: data@example.com}
    depends_on: [ref('fct_orders')]
```
)",
     .basis = "dbt-project-evaluator: `fct_exposures_dependent_on_private_models`.",
     .presets = kStrict},
    check_exposures};

const RegisterRule<> semantic_model_rule{
    {.name = "semantic-model-public-parents",
     .subject = "exposures",
     .summary = "a semantic model is made of a model that is not public",
     .what =
         "Finds semantic models on a model of the same package whose `access` is not public. Before dbt 1.5 there is "
         "no access, and nothing is found.",
     .why = "Metrics are read by people and tools outside of the project. What they are made of has to be as stable as "
            "they are, which is what `access: public` and its contract are for.",
     .example = R"(```sql models/fct_orders.sql
select 1 as id
```
```yaml models/_semantic.yml
semantic_models:
  - name: orders
    model: ref('fct_orders')
    entities: [{name: id, type: primary}]
```
)",
     .use_instead = R"(```sql models/fct_orders.sql
select 1 as id
```
```yaml models/_semantic.yml
models:
  - name: fct_orders
    access: public
semantic_models:
  - name: orders
    model: ref('fct_orders')
    entities: [{name: id, type: primary}]
```
)",
     .basis = "dbt-bouncer: `check_semantic_model_based_on_non_public_models`.",
     .presets = kOnRequest},
    check_semantic_models};

}  // namespace
}  // namespace plowline
