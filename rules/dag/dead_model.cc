#include <algorithm>
#include <fmt/format.h>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct DeadModelOptions {
  std::vector<std::string> layers;
  std::vector<std::string> tags;
  bool exposures = true;
};

constexpr TypesOfNodes kUsers = {ResourceType::kModel,         ResourceType::kSnapshot,   ResourceType::kMetric,
                                 ResourceType::kSemanticModel, ResourceType::kSavedQuery, ResourceType::kFunction};

bool is_used(const LintProject& project, NodeId id, const DeadModelOptions& options) {
  return std::ranges::any_of(project.project().children(id), [&](NodeId child) {
    const ResourceType type = project.project().type(child);
    if (!kUsers.has(type) && !(options.exposures && type == ResourceType::kExposure)) return false;
    return project.project().enabled(child);
  });
}

bool has_tag(const NodeRecord& node, const std::vector<std::string>& tags) {
  return std::ranges::any_of(node.tags,
                             [&](std::string_view tag) { return std::ranges::find(tags, tag) != tags.end(); });
}

std::string_view consequence(const LintProject& project, NodeId id) {
  return project.config(id).materialized == "ephemeral"
             ? "dbt builds no relation of an ephemeral model, so that its code does nothing at all"
             : "unless somebody queries its relation, every run of it is paid for nothing";
}

Result<void> check(const LintProject& project, const RuleScope& scope, const DeadModelOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (is_used(project, id, options) || node.access == "public") return;
    if (has_tag(node, options.tags) || in_layers(project, id, options.layers)) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("nothing is built from {}{}: {}", printable(dotted_name(node)),
                                options.exposures ? ", and no exposure depends on it" : "", consequence(project, id)),
         .key = "children"});
  });
  return {};
}

const RegisterRule<DeadModelOptions> rule{
    {.name = "dead-model",
     .subject = "dag",
     .summary = "a model is used by nothing that dbt knows of",
     .what = "Finds models from which no model, snapshot, metric, semantic model or saved query is built and on which "
             "no exposure depends. Public models are left out (another project may read them), and models of the "
             "layers `layers` or with one of `tags`. Tests do not use a model.",
     .why = "Models stay behind when what they were made for is gone. They cost time and money with every run, they "
            "break when their parents change, and readers take them for current.",
     .example = R"(```sql models/orders_old.sql
select 1 as id
```
)",
     .use_instead = R"(```sql models/orders.sql
select 1 as id
```
```yaml models/_exposures.yml
exposures:
  - name: order_dashboard
    type: dashboard
    owner: {email: data@example.com}
    depends_on: [ref('orders')]
```
)",
     .basis = "VDFaller's dbt-lint-yaml: `dead_model`; dbtective: `is_not_orphaned`. dbt knows only users that are "
              "declared, so that marts without exposures are found as well.",
     .presets = kOnRequest},
    {option<&DeadModelOptions::layers>("layers", "Layers whose models may be used by nothing: `marts`."),
     option<&DeadModelOptions::tags>("tags", "Tags of models that may be used by nothing."),
     option<&DeadModelOptions::exposures>("exposures", "Whether an exposure is a use.")},
    check};

}  // namespace
}  // namespace plowline
