#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/snowplow/package_vars.h"
#include "rules/snowplow/var_reads.h"

namespace plowline {
namespace {

struct VarDriftOptions {
  std::vector<std::string> vars = {"snowplow__session_timestamp", "snowplow__app_id",
                                   "snowplow__start_date",        "snowplow__session_identifiers",
                                   "snowplow__session_sql",       "snowplow__user_identifiers",
                                   "snowplow__user_sql"};
};

// Nothing where one of the two holds Jinja or they are the same.
bool plainly_differ(const PlacedValue& a, const PlacedValue& b) {
  return !has_jinja(a) && !has_jinja(b) && !same_value(a, b);
}

bool is_watched(const VarDriftOptions& options, std::string_view name) {
  return std::ranges::find(options.vars, name) != options.vars.end();
}

// A value for a package beside another one for the project's own nodes.
struct Split {
  ProjectVar theirs;
  ProjectVar own;
};

std::vector<Split> splits_of(const LintProject& project, const VarDriftOptions& options) {
  const std::string_view root = project.project().root_package();
  std::vector<Split> splits;
  for (const SnowplowPackage& package : project.snowplow().all()) {
    for (const std::string& name : options.vars) {
      auto own = project.yaml().var(name, root);
      auto theirs = project.yaml().var(name, package.owner);
      if (package.owner == root || !own || !theirs || theirs->scope.empty()) continue;
      if (plainly_differ(*own->value, *theirs->value)) splits.push_back({*std::move(theirs), *std::move(own)});
    }
  }
  return splits;
}

void check_own_nodes(const LintProject& project, const RuleScope& scope, const VarDriftOptions& options,
                     Violations& violations) {
  const std::vector<Split> splits = splits_of(project, options);
  if (splits.empty()) return;
  const std::vector<VarRead> reads = own_var_reads(project, scope);
  for (const auto& [theirs, own] : splits) {
    const auto read = std::ranges::find(reads, theirs.name, &VarRead::name);
    if (read == reads.end()) continue;
    violations.push_back(
        {.message = fmt::format("{} is {} for {}, but {} for nodes of {}, and {} reads it: the two work with different "
                                "values of one variable",
                                printable(theirs.name), value_words(*theirs.value), printable(theirs.scope),
                                value_words(*own.value), printable(project.project().root_package()),
                                printable(project.node(read->node).name)),
         .at = place_of(theirs),
         .key = key_of(theirs)});
  }
}

bool reads_package(const LintProject& project, NodeId model, const SnowplowPackage& package) {
  return std::ranges::any_of(project.project().parents(model), [&](NodeId parent) {
    return project.snowplow().owning(project.project(), parent) == &package;
  });
}

// Two packages cut their windows by different timestamps, and a model reads both.
void check_packages(const LintProject& project, const RuleScope& scope, Violations& violations) {
  const auto& packages = project.snowplow().all();
  for (std::size_t i = 0; i < packages.size(); ++i) {
    for (std::size_t j = i + 1; j < packages.size(); ++j) {
      const auto a = visible_var(project, kSessionTimestamp, packages[i].owner);
      const auto b = visible_var(project, kSessionTimestamp, packages[j].owner);
      if (!a || !b || !(a->set || b->set) || !plainly_differ(*a->value, *b->value)) continue;
      scope.for_each(ResourceType::kModel, [&](NodeId model) {
        if (!project.project().enabled(model) || project.snowplow().owning(project.project(), model) != nullptr) return;
        if (!reads_package(project, model, packages[i]) || !reads_package(project, model, packages[j])) return;
        violations.push_back(
            {.node = model,
             .message = fmt::format("{} reads tables of {} and {}, whose {} differs ({} and {}): an event falls into "
                                    "another window of the one than of the other, so rows miss their counterparts",
                                    printable(project.node(model).name), printable(packages[i].name),
                                    printable(packages[j].name), kSessionTimestamp, value_words(*a->value),
                                    value_words(*b->value)),
             .key = packages[i].name + "." + packages[j].name});
      });
    }
  }
}

// The package had another value in the project that --state shows.
void check_state(const LintProject& project, const VarDriftOptions& options, Violations& violations) {
  const LintProject* state = project.state();
  if (state == nullptr || state->yaml().project_file() == nullptr) return;
  for (const SnowplowPackage& package : project.snowplow().all()) {
    if (state->snowplow().named(package.name) == nullptr) continue;
    for (const std::string& name : options.vars) {
      const auto now = visible_var(project, name, package.owner);
      const auto before = visible_var(*state, name, package.owner);
      if (!now || !before || !(now->set || before->set) || !plainly_differ(*now->value, *before->value)) continue;
      violations.push_back(
          {.message = fmt::format(
               "{} is {} for {}, but {} in the state's project: what is built here does not fit what is "
               "there, and last_success of the two cannot be compared",
               printable(name), value_words(*now->value), printable(package.name), value_words(*before->value)),
           .at = now->set ? place_of(*now->set) : Anchor::project_file("vars"),
           .key = "state." + package.name + "." + name});
    }
  }
}

Result<void> check(const LintProject& project, const RuleScope& scope, const VarDriftOptions& options,
                   Violations& violations) {
  check_own_nodes(project, scope, options, violations);
  if (is_watched(options, kSessionTimestamp)) check_packages(project, scope, violations);
  check_state(project, options, violations);
  return {};
}

const RegisterRule<VarDriftOptions> rule{
    {.name = "snowplow-var-drift",
     .subject = "snowplow",
     .summary = "one Snowplow variable with two values",
     .what =
         "Finds variables that decide which events a run processes and that have two values: one for a package and "
         "another for the nodes of the project that read them; `snowplow__session_timestamp` of two packages whose "
         "tables one model reads; and, where the earlier project's dbt_project.yml lies with its manifest, one here "
         "and another there. Values with Jinja are not looked at.",
     .why =
         "A table that was backfilled in one environment goes on in the other: its rows and its last_success mean the "
         "same there only where both chose events alike. Two values within a project split what belongs together in "
         "the same way.",
     .example = R"(```yaml
vars:
  snowplow__session_timestamp: collector_tstamp
  snowplow_unified:
    snowplow__session_timestamp: load_tstamp
```)",
     .use_instead = "```yaml\nvars:\n  snowplow__session_timestamp: load_tstamp\n```",
     .basis =
         "dbt-core: context/providers.py (a package's own value comes before the global one); snowplow_utils: the base "
         "macros and `update_incremental_manifest_table`.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow | kNeedsProjectFiles},
    {option<&VarDriftOptions::vars>("vars", "The variables that are compared.")},
    check};

}  // namespace
}  // namespace plowline
