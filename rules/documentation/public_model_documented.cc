#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/documentation/described.h"

namespace plowline {
namespace {

// What a public model's documentation lacks: `has no description`, `declares no columns`, …; nothing where it is whole.
std::vector<std::string> lacks(const LintProject& project, NodeId id) {
  std::vector<std::string> out;
  if (!has_description(project.node(id).description)) out.emplace_back("has no description");
  const std::span<const Column> columns = project.columns(id);
  if (columns.empty()) {
    out.emplace_back("declares no columns");
    return out;
  }
  std::vector<std::string> without;
  for (const Column& column : columns) {
    if (!has_description(column.description)) without.emplace_back(column.name);
  }
  if (without.empty()) return out;
  out.push_back(without.size() == 1 ? fmt::format("does not describe its column {}", printable(without.front()))
                                    : fmt::format("does not describe {} of its {} columns ({})", without.size(),
                                                  columns.size(), name_list(without, kFewNames)));
  return out;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (node.access != "public") return;
    const std::vector<std::string> missing = lacks(project, id);
    if (missing.empty()) return;
    violations.push_back({.node = id,
                          .message = fmt::format("{} is public, but {}: other teams build on it without knowing what "
                                                 "they may rely on",
                                                 readable_name(node), fmt::join(missing, " and ")),
                          .at = Anchor::properties(),
                          .key = "documentation"});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "public-model-documented",
     .subject = "documentation",
     .summary = "a public model is not fully described",
     .what = "Looks at every enabled model with `access: public`, each version by itself: it needs a description, at "
             "least one declared column, and a description of each column it declares.",
     .why = "Public is a promise to people who have never seen the project. What the promise is stands in the "
            "description and in the columns, and nowhere else.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/_models.yml
models:
  - name: orders
    description: One row per order.
    config: {access: public}
    columns:
      - name: order_id
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/_models.yml
models:
  - name: orders
    description: One row per order.
    config: {access: public}
    columns:
      - name: order_id
        description: The number on the invoice.
```)",
     .basis = "dbt-project-evaluator's fct_undocumented_public_models.",
     .presets = kStrict},
    check};

}  // namespace
}  // namespace plowline
