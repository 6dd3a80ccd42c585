#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  scope.for_each_enabled(ResourceType::kSnapshot, [&](NodeId id) {
    if (truthy(project.config(id).unique_key)) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the snapshot {} has no unique_key: dbt cannot tell which row a changed "
                                "one was before, and stops",
                                printable(project.node(id).name)),
         .at = Anchor::config("unique_key")});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "snapshot-unique-key",
     .subject = "snapshots",
     .summary = "a snapshot without a unique_key",
     .what = "Finds snapshots whose `unique_key` is not set, or empty.",
     .why =
         "A snapshot closes the row that a new one takes the place of. Without a key there is no such row: dbt refuses "
         "the snapshot, when it parses or when it runs, by its version.",
     .example = R"(```yaml snapshots/orders.yml
snapshots:
  - name: orders_snapshot
    relation: source('shop', 'orders')
    config: {strategy: timestamp, updated_at: updated_at}
```
```yaml models/sources.yml
sources:
  - name: shop
    tables:
      - name: orders
```)",
     .use_instead = R"(```yaml snapshots/orders.yml
snapshots:
  - name: orders_snapshot
    relation: source('shop', 'orders')
    config: {strategy: timestamp, unique_key: order_id, updated_at: updated_at}
```
```yaml models/sources.yml
sources:
  - name: shop
    tables:
      - name: orders
```)",
     .basis = "dbt-core: `SnapshotConfig.final_validate`; dbt-bouncer: `check_snapshot_has_unique_key`; dbt-score: "
              "`snapshot_has_unique_key`.",
     .severity = Severity::kError,
     .presets = kRecommended},
    check};

}  // namespace
}  // namespace plowline
