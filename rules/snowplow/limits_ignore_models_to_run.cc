#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

constexpr std::string_view kEnabledModels = "get_enabled_snowplow_models";
constexpr std::size_t kModelsToRunPosition = 2;

// The argument in the model's code; the model where it cannot be found.
Anchor place_of_argument(const LintProject& project, NodeId model) {
  for (const SqlText::Call& call : project.sql(model).calls(kEnabledModels)) {
    const SqlText::Argument* argument = call.keyword("models_to_run");
    if (argument == nullptr && call.arguments.size() > kModelsToRunPosition &&
        call.arguments[kModelsToRunPosition].name.empty()) {
      argument = &call.arguments[kModelsToRunPosition];
    }
    if (argument != nullptr) return Anchor::code(argument->offset, argument->length);
  }
  return {};
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const SnowplowPackage& package : project.snowplow().all()) {
    if (!package.limits_ignore_models_to_run || !scope.contains(*package.new_event_limits)) continue;
    violations.push_back({.node = package.new_event_limits,
                          .message = fmt::format(
                              "{} hands an empty models_to_run to get_enabled_snowplow_models, so the variable has no "
                              "effect: the window always depends on every model with the tag {}, and a backfill of one "
                              "of them stays in state 2 for ever",
                              printable(project.node(*package.new_event_limits).name), printable(package.tag)),
                          .at = place_of_argument(project, *package.new_event_limits),
                          .key = "models_to_run"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-limits-ignore-models-to-run",
     .subject = "snowplow",
     .summary = "a window that does not depend on models_to_run",
     .what = "Finds models that compute a package's window and call `get_enabled_snowplow_models` with an empty "
             "`models_to_run`. A template for packages built on snowplow_utils once had this.",
     .why =
         "The argument stands in for the variable. Whatever `--vars` says, the window is computed from the rows of all "
         "tagged models: those of a fresh staging schema that are not run have none, so each run repeats the first "
         "window.",
     .example = R"(```sql
{%- set models_in_run = snowplow_utils.get_enabled_snowplow_models(package_name='snowplow', models_to_run='') -%}
```)",
     .use_instead = R"(```sql
{%- set models_in_run = snowplow_utils.get_enabled_snowplow_models(package_name='snowplow') -%}
```)",
     .basis = "snowplow_utils: `get_enabled_snowplow_models`, whose argument models_to_run has the variable for its "
              "default.",
     .severity = Severity::kError,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
