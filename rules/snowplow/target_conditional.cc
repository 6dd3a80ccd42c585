#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "lint/rule.h"
#include "rules/schema/target_dependence.h"
#include "rules/schema/written_config.h"
#include "rules/snowplow/tagged_models.h"
#include "snowplow/checks.h"
#include "state/diff_values.h"

namespace plowline {
namespace {

struct TargetConditionalOptions {
  std::vector<std::string> keys = {"alias", "database", "enabled", "materialized", "schema", "tags"};
};

std::string_view consequence(std::string_view key) {
  if (key == "enabled") {
    return "where it is off the package counts fewer models, and a models_to_run made with this manifest names what is "
           "not "
           "there";
  }
  if (key == "materialized") {
    return "what is backfilled on one target may be no incremental table on another, and cannot be moved there";
  }
  if (key == "tags") return "one target counts the model and another does not, so their windows go apart";
  if (key == "alias") {
    return "is_run_with_new_events looks for the manifest row by the table's name, and finds it on one target only";
  }
  return "tables lie in other places on each target, by another rule than the packages' own, and whatever moves them "
         "into "
         "production has to look both up";
}

void report(const LintProject& project, const TargetDependentConfig& config, const std::vector<NodeId>& nodes,
            Violations& violations) {
  const auto value = plowline::check(member_of(project.config(nodes.front()).whole, config.key));
  violations.push_back(
      {.node = nodes.front(),
       .message = fmt::format("{} of {} depends on the target or the environment, {} (here {}): {}",
                              printable(config.key), name_list(project.project(), nodes), short_value(config.text, 100),
                              shown(value && !value->is_null() ? std::optional(*value) : std::nullopt),
                              consequence(config.key)),
       .at = Anchor::config(config.key),
       .key = config.key});
}

void check_models(const LintProject& project, const RuleScope& scope, const TargetConditionalOptions& options,
                  Violations& violations) {
  // What stands once in a YAML file for many models is one finding.
  std::map<std::pair<std::string, std::string>, std::vector<NodeId>> in_yaml;
  for (const TaggedModel& model : tagged_models(project, scope)) {
    if (is_package_node(project, model.id)) continue;
    for (const TargetDependentConfig& config : target_dependent_configs(project, model.id, options.keys)) {
      if (config.in_sql) {
        report(project, config, {model.id}, violations);
      } else {
        in_yaml[{config.key, config.text}].push_back(model.id);
      }
    }
  }
  for (const auto& [written, nodes] : in_yaml) {
    report(project, {written.first, written.second, false}, nodes, violations);
  }
}

// What dbt_project.yml says of a package's folders.
class PackageConfigs {
 public:
  PackageConfigs(const TargetConditionalOptions& options, const SnowplowPackage& package, Violations& violations)
      : options_(options), package_(package), violations_(violations) {}

  void visit(const PlacedValue& value, const std::string& path) {
    for (const PlacedValue::Member& member : value.members) {
      const std::string at = fmt::format("{}.{}", path, member.key.text);
      if (member.value.kind == PlacedValue::Kind::kMap) {
        visit(member.value, at);
      } else if (is_checked(member.key.text) && depends(member.value)) {
        report(member, at);
      }
    }
  }

 private:
  static std::string_view bare(std::string_view key) { return key.starts_with('+') ? key.substr(1) : key; }
  bool is_checked(std::string_view key) const {
    return std::ranges::find(options_.keys, bare(key)) != options_.keys.end();
  }
  static bool depends(const PlacedValue& value) {
    if (std::ranges::any_of(value.items, depends)) return true;
    return template_asks_for_target(value.text);
  }

  void report(const PlacedValue::Member& member, const std::string& path) {
    violations_.push_back(
        {.message = fmt::format("{} for {}'s models depends on the target or the environment, {}: {}",
                                printable(bare(member.key.text)), printable(package_.owner),
                                short_value(member.value.text, 100), consequence(bare(member.key.text))),
         .at = Anchor::project_file(path),
         .key = path});
  }

  const TargetConditionalOptions& options_;
  const SnowplowPackage& package_;
  Violations& violations_;
};

void check_packages(const LintProject& project, const TargetConditionalOptions& options, Violations& violations) {
  const YamlFile* file = project.yaml().project_file();
  if (file == nullptr) return;
  for (const SnowplowPackage& package : project.snowplow().all()) {
    if (package.owner == project.project().root_package()) continue;
    const PlacedValue* configs = file->at({"models", package.owner});
    if (configs == nullptr) continue;
    PackageConfigs(options, package, violations).visit(*configs, fmt::format("models.{}", package.owner));
  }
}

Result<void> check(const LintProject& project, const RuleScope& scope, const TargetConditionalOptions& options,
                   Violations& violations) {
  check_models(project, scope, options, violations);
  check_packages(project, options, violations);
  return {};
}

const RegisterRule<TargetConditionalOptions> rule{
    {.name = "snowplow-target-conditional",
     .subject = "snowplow",
     .summary = "a config of a Snowplow package, or of a model with its tag, depends on the target",
     .what =
         "Finds configs whose Jinja asks for the target's name or place (`target.name`, `target.schema`, …) or for an "
         "environment variable: `alias`, `database`, `enabled`, `materialized`, `schema` and `tags` of the project's "
         "models with a package's tag, and those that dbt_project.yml gives a package's folders.",
     .why =
         "The window of a run depends on which tagged models there are, and the backfill beside production on the two "
         "targets being alike but for their schemas. A condition on the target makes them differ, and one target's "
         "manifest does not show what another makes of it.",
     .example = R"(```yaml
models:
  shop:
    custom:
      +tags: snowplow_unified_incremental
      +materialized: "{{ 'incremental' if target.name == 'prod' else 'view' }}"
```)",
     .use_instead = R"(```yaml
models:
  shop:
    custom:
      +tags: snowplow_unified_incremental
      +materialized: incremental
```)",
     .basis = "snowplow_utils: `get_enabled_snowplow_models` looks at the tags and `enabled` of the target at hand, "
              "`is_run_with_new_events` at the alias; dbt's `unrendered_config` holds what was written.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    {option<&TargetConditionalOptions::keys>("keys", "The configs that must not depend on the target.")},
    check};

}  // namespace
}  // namespace plowline
