#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/governance/meta.h"

namespace plowline {
namespace {

struct LabelsKeysOptions {
  std::vector<std::string> keys;
  bool allow_extra = false;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const LabelsKeysOptions& options,
                   Violations& violations) {
  if (options.keys.empty()) return {};
  const MetaKeyDemand demand{options.keys, "all", options.allow_extra};
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    if (project.config(id).materialized == "ephemeral") return;
    const std::string failure = missing_or_extra(Meta::labels_of(project, id), demand);
    if (failure.empty()) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the config `labels` of {} {}: the warehouse's bills and rules that go by "
                                "labels put the table where it does not belong",
                                printable(project.node(id).name), failure),
         .at = Anchor::config("labels"),
         .key = "keys"});
  });
  return {};
}

const RegisterRule<LabelsKeysOptions> rule{
    {.name = "model-labels-keys",
     .subject = "governance",
     .summary = "a model's labels do not have the keys that they should have",
     .what = "Looks for keys in the config `labels` of models, which BigQuery puts on the table. Does nothing until "
             "`keys` are given. Ephemeral models, which become no table, are left out. Unless `allow_extra` is set, "
             "labels that are not asked for are reported, too.",
     .why = "Costs are split by label. A table without the label is in nobody's budget.",
     .example = R"(```yaml models/orders.yml
models:
  - name: orders
    config:
      materialized: table
      labels: {team: finance}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-labels-keys: {severity: warn, keys: [team, cost_center]}
```)",
     .use_instead = R"(```yaml models/orders.yml
models:
  - name: orders
    config:
      materialized: table
      labels: {team: finance, cost_center: '4711'}
```
```sql models/orders.sql
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-labels-keys: {severity: warn, keys: [team, cost_center]}
```)",
     .basis = "dbt-checkpoint: `check-model-has-labels-keys` (`--allow-extra-keys`); dbt-bouncer: "
              "`check_model_has_labels_keys`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&LabelsKeysOptions::keys>("keys", "The labels."),
     option<&LabelsKeysOptions::allow_extra>("allow_extra", "Whether other labels may stand beside them.")},
    check};

}  // namespace
}  // namespace plowline
