#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/governance/meta.h"

namespace plowline {
namespace {

struct SourceLabelsOptions {
  std::vector<std::string> keys;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const SourceLabelsOptions& options,
                   Violations& violations) {
  if (options.keys.empty()) return {};
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    const std::vector<std::string> missing = missing_keys(Meta::labels_of(project, id), options.keys);
    if (missing.empty()) return;
    violations.push_back({.node = id,
                          .message = fmt::format("the source {} has no label {}: what is counted or granted by label "
                                                 "leaves it out",
                                                 readable_name(project, id), name_list(missing, kEveryName)),
                          .at = Anchor::config("labels")});
  });
  return {};
}

const RegisterRule<SourceLabelsOptions> rule{
    {.name = "source-labels-keys",
     .subject = "sources",
     .summary = "a source lacks labels",
     .what =
         "Finds tables of sources without one of the labels in `keys`. Labels are looked for in `config.labels` and "
         "in `meta.labels`. Does nothing until `keys` is set.",
     .why = "Costs, owners and rights are worked out by label. What has none belongs to nobody.",
     .example = R"(```yaml plowline.yml
rules:
  source-labels-keys:
    keys: [team]
```
```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  source-labels-keys:
    keys: [team]
```
```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
        config:
          meta:
            labels: {team: payments}
```)",
     .basis = "dbt: `labels` is a config of dbt-bigquery; dbt 2 accepts it for sources below `meta` only. "
              "dbt-bouncer's `check_source_has_labels_keys` looks in both places.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&SourceLabelsOptions::keys>("keys", "The labels' keys.")},
    check};

}  // namespace
}  // namespace plowline
