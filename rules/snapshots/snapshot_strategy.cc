#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct SnapshotStrategyOptions {
  std::vector<std::string> allowed = {"check", "timestamp"};
};

struct StrategyFailure {
  std::string message;
  std::string config;  // the one to point at
};

// What is wrong with the strategy; an empty message where nothing is.
StrategyFailure failure_of(const NodeConfig& config, const std::string& name, const SnapshotStrategyOptions& options) {
  if (config.strategy.empty()) {
    return {fmt::format("the snapshot {} has no strategy: dbt does not know how to tell that a row has changed, and "
                        "stops",
                        name),
            "strategy"};
  }
  if (!options.allowed.empty() && std::ranges::find(options.allowed, config.strategy) == options.allowed.end()) {
    return {fmt::format(
                "the strategy of the snapshot {} is {}, which is not among {}: what counts as a change is decided in "
                "another way than in other snapshots",
                name, printable(config.strategy),
                name_list(std::vector<std::string_view>(options.allowed.begin(), options.allowed.end()))),
            "strategy"};
  }
  if (config.strategy == "timestamp" && config.updated_at.empty()) {
    return {fmt::format("the snapshot {} has the strategy timestamp and no updated_at: dbt does not know which column "
                        "tells that a row has changed, and stops",
                        name),
            "updated_at"};
  }
  if (config.strategy == "check" && !truthy(member_of(config.whole, "check_cols"))) {
    return {fmt::format("the snapshot {} has the strategy check and no check_cols: dbt does not know which columns to "
                        "compare, and stops",
                        name),
            "check_cols"};
  }
  return {};
}

Result<void> check(const LintProject& project, const RuleScope& scope, const SnapshotStrategyOptions& options,
                   Violations& violations) {
  scope.for_each_enabled(ResourceType::kSnapshot, [&](NodeId id) {
    StrategyFailure failure = failure_of(project.config(id), printable(project.node(id).name), options);
    if (failure.message.empty()) return;
    violations.push_back(
        {.node = id, .message = std::move(failure.message), .at = Anchor::config(std::move(failure.config))});
  });
  return {};
}

const RegisterRule<SnapshotStrategyOptions> rule{
    {.name = "snapshot-strategy",
     .subject = "snapshots",
     .summary = "a snapshot's strategy is not allowed, or lacks what it needs",
     .what = "Looks at the strategy of snapshots: whether it is one of `allowed`, whether `timestamp` has its "
             "`updated_at` and `check` its `check_cols`. A strategy of the project's own is allowed once it is listed.",
     .why = "A snapshot that decides wrongly what a change is loses history, and nothing tells so. A strategy without "
            "what it needs is refused by dbt.",
     .example = R"(```yaml snapshots/orders.yml
snapshots:
  - name: orders_snapshot
    relation: source('shop', 'orders')
    config: {strategy: timestamp, unique_key: order_id}
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
     .basis = "dbt-bouncer: `check_snapshot_strategy`; dbt-score: `snapshot_has_strategy`; dbt-core: "
              "`SnapshotConfig.final_validate`.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    {option<&SnapshotStrategyOptions::allowed>("allowed", "The strategies that may be used; with none, any.")},
    check};

}  // namespace
}  // namespace plowline
