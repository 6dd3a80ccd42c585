#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>
#include <vector>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"
#include "rules/snowplow/tagged_models.h"
#include "rules/snowplow/var_reads.h"

namespace plowline {
namespace {

constexpr std::string_view kUpsertLookback = "snowplow__upsert_lookback_days";
constexpr double kDefaultUpsertLookback = 30;

// What is set for packages and not seen by the root project's own nodes.
std::vector<ProjectVar> hidden_settings(const LintProject& project) {
  const std::string_view root = project.project().root_package();
  std::vector<ProjectVar> hidden;
  for (ProjectVar& var : snowplow_settings(project)) {
    if (!project.yaml().var(var.name, root)) hidden.push_back(std::move(var));
  }
  return hidden;
}

// The first of several.
const ProjectVar* find_setting(const std::vector<ProjectVar>& settings, std::string_view name) {
  const auto found = std::ranges::find(settings, name, &ProjectVar::name);
  return found == settings.end() ? nullptr : &*found;
}

std::string problem(const LintProject& project, const VarRead& read, const ProjectVar& setting) {
  const std::string root = printable(project.project().root_package());
  const std::string model = printable(project.node(read.node).name);
  const std::string name = printable(read.name);
  const std::string scope = printable(setting.scope);
  if (!read.has_default) {
    return fmt::format(
        "{} reads {} without a default, but dbt_project.yml sets it for {} only, and nodes of {} do not "
        "see that: unless --vars gives it, dbt cannot compile the node (Required var not found)",
        model, name, scope, root);
  }
  // Only a plain difference is one: `none`, lists and expressions are not evaluated.
  const bool plain = read.default_value && setting.value->kind != PlacedValue::Kind::kList &&
                     setting.value->kind != PlacedValue::Kind::kMap && !has_jinja(*setting.value);
  if (!plain || *read.default_value == setting.value->text) return {};
  return fmt::format(
      "{} reads {} as {}, its default there, while {} works with {}: dbt_project.yml sets it for {} only, and "
      "nodes of {} do not see that",
      model, name, printable(*read.default_value), scope, value_words(*setting.value), scope, root);
}

void check_reads(const LintProject& project, const RuleScope& scope, const std::vector<ProjectVar>& hidden,
                 Violations& violations) {
  std::set<std::pair<NodeId, std::string>> reported;
  for (const VarRead& read : own_var_reads(project, scope)) {
    const ProjectVar* setting = find_setting(hidden, read.name);
    if (setting == nullptr || given_to_last_run(project, read.name)) continue;
    std::string message = problem(project, read, *setting);
    if (message.empty() || !reported.emplace(read.node, read.name).second) continue;
    violations.push_back({.node = read.node,
                          .message = std::move(message),
                          .at = Anchor::code(read.offset, read.length),
                          .key = read.name});
  }
}

// The optimized merge runs in the model's own context, so it sees what the model sees.
void check_merges(const LintProject& project, const RuleScope& scope, const std::vector<ProjectVar>& hidden,
                  Violations& violations) {
  const ProjectVar* setting = find_setting(hidden, kUpsertLookback);
  if (setting == nullptr || has_jinja(*setting->value)) return;
  const std::optional<double> days = number_in(*setting->value);
  if (!days || *days <= kDefaultUpsertLookback) return;
  for (const TaggedModel& model : tagged_models(project, scope)) {
    const NodeConfig& config = project.config(model.id);
    const bool looks_back = !truthy(config.disable_upsert_lookback) && !truthy(config.in_meta.disable_upsert_lookback);
    if (!project.is_own(model.id) || !is_incremental(config) || !truthy(snowplow_optimize_of(config)) || !looks_back)
      continue;
    violations.push_back(
        {.message =
             fmt::format("{} is {} for {} only: optimized models of {}, such as {}, do not see that and look back {} "
                         "days, so older rows that are updated become duplicates",
                         kUpsertLookback, value_words(*setting->value), printable(setting->scope),
                         printable(project.project().root_package()), printable(project.node(model.id).name),
                         kDefaultUpsertLookback),
         .at = place_of(*setting),
         .key = key_of(*setting)});
    return;
  }
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const std::vector<ProjectVar> hidden = hidden_settings(project);
  if (hidden.empty()) return {};
  check_reads(project, scope, hidden, violations);
  check_merges(project, scope, hidden, violations);
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-var-scope",
     .subject = "snowplow",
     .summary = "a variable of a Snowplow package that the project's own nodes do not see",
     .what = "Finds `var('snowplow__…')` in nodes of the root project where dbt_project.yml sets the variable for a "
             "Snowplow package only: without a default, or with one that differs from the package's value. Also "
             "`snowplow__upsert_lookback_days` above 30 for a package only, where models of the project have "
             "`snowplow_optimize`.",
     .why =
         "What stands under `vars: snowplow_unified:` is seen by that package's own nodes. A model of the project that "
         "reads the variable fails, or goes on with its default: then it filters, looks back or merges differently "
         "from the package whose tables it continues. This holds for macros of snowplow_utils that the model calls, "
         "too.",
     .example = R"(```yaml
vars:
  snowplow_unified:
    snowplow__session_timestamp: load_tstamp
```

```sql
select * from {{ ref('snowplow_unified_events_this_run') }}
where {{ var('snowplow__session_timestamp') }} is not null
```)",
     .use_instead = "```yaml\nvars:\n  snowplow__session_timestamp: load_tstamp\n```",
     .basis = "dbt-core: context/providers.py (ModelConfiguredVar); snowplow_utils: `default__get_merge_sql`.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    check};

}  // namespace
}  // namespace plowline
