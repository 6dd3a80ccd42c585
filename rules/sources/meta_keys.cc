#include <fmt/format.h>

#include "lint/node_name.h"
#include "rules/governance/meta.h"
#include "rules/sources/source_records.h"

namespace plowline {
namespace {

Result<void> check_meta(const LintProject& project, const RuleScope& scope, const MetaKeyDemand& options,
                        Violations& violations) {
  if (options.keys.empty()) return {};
  scope.for_each_enabled(ResourceType::kSource, [&](NodeId id) {
    const std::string failure = missing_or_extra(Meta::of(project, id), options);
    if (failure.empty()) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the meta of the source {} {}: what reads these keys (catalogs, alerts, "
                                "access rules) does not find what it looks for",
                                readable_name(project, id), failure),
         .at = Anchor::config("meta")});
  });
  return {};
}

const RegisterRule<MetaKeyDemand> rule{
    {.name = "source-meta-keys",
     .subject = "sources",
     .summary = "a source's meta does not have the keys that it should have",
     .what =
         "Looks for keys in the `meta` of sources' tables, that of the source included. Does nothing until `keys` is "
         "set. Unless `allow_extra` is set, keys that are not asked for are reported, too; plowline's own (`meta: "
         "{plowline: …}`) never are.",
     .why =
         "Whose data it is, and whom to call when it is late: a source's meta is the only place in the project where "
         "that can stand.",
     .example = R"(```yaml plowline.yml
rules:
  source-meta-keys: {keys: [owner]}
```
```yaml models/sources.yml
sources:
  - name: raw
    tables:
      - name: orders
```)",
     .use_instead = R"(```yaml plowline.yml
rules:
  source-meta-keys: {keys: [owner]}
```
```yaml models/sources.yml
sources:
  - name: raw
    config:
      meta: {owner: payments}
    tables:
      - name: orders
```)",
     .basis = "dbt-checkpoint: `check-source-has-meta-keys` (`--allow-extra-keys`); dbt-bouncer: "
              "`check_source_has_meta_keys` (`criteria`; other keys are allowed).",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    meta_key_options(),
    check_meta};

}  // namespace
}  // namespace plowline
