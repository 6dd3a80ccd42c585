#include <fmt/format.h>
#include <map>

#include "lint/rule.h"
#include "rules/schema/fixed_relations.h"
#include "rules/schema/target_dependence.h"
#include "rules/schema/written_config.h"
#include "snowplow/checks.h"
#include "state/diff_values.h"

namespace plowline {
namespace {

struct TargetDependentOptions {
  std::vector<std::string> keys = {"alias", "database", "enabled", "materialized", "schema"};
};

std::string resolved(const LintProject& project, NodeId id, const std::string& key) {
  const auto value = plowline::check(member_of(project.config(id).whole, key));
  return shown(value && !value->is_null() ? std::optional(*value) : std::nullopt);
}

void report(const LintProject& project, const TargetDependentConfig& config, const std::vector<NodeId>& nodes,
            Violations& violations) {
  const NodeId first = nodes.front();
  std::string values = fmt::format("{} here", resolved(project, first, config.key));
  if (const auto previous = project.in_state(first)) {
    values += fmt::format(" and {} in the state", resolved(*project.state(), *previous, config.key));
  }
  violations.push_back(
      {.node = first,
       .message = fmt::format("{} of {} depends on the target or the environment, {}: it is {}, so what is reviewed "
                              "and tested on one target is not what runs on another",
                              printable(config.key), name_list(project.project(), nodes), short_value(config.text, 100),
                              values),
       .at = Anchor::config(config.key),
       .key = config.key});
}

Result<void> check(const LintProject& project, const RuleScope& scope, const TargetDependentOptions& options,
                   Violations& violations) {
  // What stands once in dbt_project.yml for many nodes is one finding.
  std::map<std::pair<std::string, std::string>, std::vector<NodeId>> in_yaml;
  for (const ResourceType type : {ResourceType::kModel, ResourceType::kSeed, ResourceType::kSnapshot}) {
    scope.for_each_enabled(type, [&](NodeId id) {
      for (const TargetDependentConfig& config : target_dependent_configs(project, id, options.keys)) {
        if (carries_package_tag(project, id)) continue;
        if (config.in_sql) {
          report(project, config, {id}, violations);
        } else {
          in_yaml[{config.key, config.text}].push_back(id);
        }
      }
    });
  }
  for (const auto& [written, nodes] : in_yaml) {
    report(project, {written.first, written.second, false}, nodes, violations);
  }
  return {};
}

const RegisterRule<TargetDependentOptions> rule{
    {.name = "schema-target-dependent-config",
     .subject = "schema",
     .summary = "where a node lies, or whether and how it is built, depends on the target",
     .what =
         "Finds configs whose Jinja asks for the target's name or place (`target.name`, `target.schema`, …) or for an "
         "environment variable, in YAML files and in `config()`: the `schema`, `database`, `alias`, `enabled` and "
         "`materialized` of models, seeds and snapshots. The same text for several nodes is one finding. Models with a "
         "Snowplow package's tag are left to `snowplow-target-conditional`.",
     .why = "The node is another one on every target: a check on staging says nothing about production, and a manifest "
            "does not show what other targets make of it. A schema that names the target gets the target's schema in "
            "front of it as well.",
     .example = R"(```yaml
models:
  shop:
    marts:
      +materialized: "{{ 'table' if target.name == 'prod' else 'view' }}"
```)",
     .use_instead = R"(```yaml
models:
  shop:
    marts:
      +materialized: table
```)",
     .basis =
         "dbt renders configs with the target at hand; `unrendered_config` in the manifest holds what was written.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    {option<&TargetDependentOptions::keys>("keys", "The configs that must not depend on the target.")},
    check};

}  // namespace
}  // namespace plowline
