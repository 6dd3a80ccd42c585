#include <fmt/format.h>

#include "graph/walk.h"
#include "lint/rule.h"
#include "snowplow/checks.h"
#include "state/diff.h"

namespace plowline {
namespace {

bool gives_data(const NodeRecord& node) {
  switch (node.resource_type) {
    case ResourceType::kModel:
    case ResourceType::kSeed:
    case ResourceType::kSnapshot:
    case ResourceType::kSource:
    case ResourceType::kMetric:
    case ResourceType::kSemanticModel:
    case ResourceType::kSavedQuery:
      return true;
    default:
      return false;
  }
}

// The nodes that state:modified selects and that data comes from.
Result<NodeSet> changed_nodes(const LintProject& project) {
  Warnings warnings;
  auto diff = diff_of(project.project(), project.state()->project(), {}, warnings, project.now());
  if (!diff) return std::unexpected(std::move(diff.error()));
  NodeSet out(project.project().size());
  const auto insert = [&](const DiffNode& node) {
    const auto id = project.project().find(node.unique_id);
    if (id && project.project().enabled(*id) && gives_data(project.node(*id))) out.insert(*id);
  };
  for (const NewNode& added : diff->added) insert(added.node);
  for (const ModifiedNode& modified : diff->modified) insert(modified.node);
  return out;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  std::vector<NodeId> exposures;
  scope.for_each_enabled(ResourceType::kExposure, [&](NodeId id) { exposures.push_back(id); });
  if (exposures.empty()) return {};
  const auto changed = changed_nodes(project);
  if (!changed) return std::unexpected(changed.error());
  if (changed->empty()) return {};
  for (const NodeId exposure : exposures) {
    NodeSet start(project.project().size());
    start.insert(exposure);
    NodeSet upstream = ancestors(project.project(), start);
    upstream &= *changed;
    upstream.erase(exposure);
    if (upstream.empty()) continue;
    const std::vector<NodeId> nodes = upstream.ids();
    violations.push_back(
        {.node = exposure,
         .message = fmt::format("the exposure {} shows data of {}, which changed: what its readers see "
                                "may be another thing from the next run on",
                                printable(project.node(exposure).name), name_list(project.project(), nodes)),
         .key = "impacted"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "exposure-impacted",
     .subject = "change",
     .summary = "a change reaches an exposure",
     .what = "Finds the exposures that depend, directly or through others, on a model, seed, snapshot or source that "
             "`state:modified` selects against the earlier manifest (`--state`). One finding for each exposure, with "
             "the names of what changed.",
     .why = "An exposure has an owner outside of the project: who changes what it shows may want to ask first.",
     .example = R"(```yaml
exposures:
  - name: weekly_revenue
    owner: {email: finance@example.com}
    depends_on: [ref('orders')]   # orders.sql changed
```)",
     .use_instead = R"(```sh
dbt build --select +exposure:weekly_revenue   # look at it before the change is merged
```)",
     .basis = "dbt: exposures, `state:modified`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
