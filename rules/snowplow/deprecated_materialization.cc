#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

constexpr std::string_view kUtils = "macro.snowplow_utils.";

struct DeprecatedMacro {
  std::string_view name;
  std::string_view instead;
};
constexpr std::array<DeprecatedMacro, 4> kMacros = {{{"get_cluster_by", "get_value_by_target_type"},
                                                     {"get_partition_by", "get_value_by_target_type"},
                                                     {"snowplow_is_incremental", "is_incremental() of dbt"},
                                                     {"type_string", "dbt.type_string()"}}};

// What of snowplow_utils this project has. The version need not be known: the macros tell.
struct UtilsMacros {
  bool any = false;              // the manifest shows them at all
  bool materialization = false;  // has snowplow_incremental
  bool deprecates = false;       // 0.14.0 or later

  static UtilsMacros of(const LintProject& project) {
    UtilsMacros found;
    bool replacement = false;
    bool type_string = false;
    for (const MacroRecord& macro : project.project().macros()) {
      if (!macro.unique_id.starts_with(kUtils)) continue;
      const std::string_view name = macro.unique_id.substr(kUtils.size());
      found.any = true;
      if (name.starts_with("materialization_snowplow_incremental_")) found.materialization = true;
      if (name == "get_value_by_target_type") replacement = true;
      if (name == "type_string") type_string = true;
    }
    // The one came shortly before that release, the other went with it.
    found.deprecates = replacement && !type_string;
    return found;
  }
};

void check_materialization(const LintProject& project, NodeId model, const UtilsMacros& utils, Violations& violations) {
  if (project.config(model).materialized != "snowplow_incremental") return;
  if (utils.materialization && !utils.deprecates) return;
  const std::string name = printable(project.node(model).name);
  violations.push_back(
      {.node = model,
       .message =
           utils.materialization
               ? fmt::format("{} is materialized as snowplow_incremental, which snowplow_utils 0.15.0 removes: "
                             "with the next upgrade dbt finds no such materialization and the model fails",
                             name)
               : fmt::format("{} is materialized as snowplow_incremental, which this snowplow_utils does not have "
                             "any more: dbt finds no such materialization and the model fails",
                             name),
       .at = Anchor::config("materialized")});
}

// Whether the code may call it: dbt lists what it called, but not what it never came to.
bool may_call(const LintProject& project, NodeId model, std::string_view macro, bool exists) {
  if (exists) return LintProject::calls(project.node(model), std::string(kUtils) + std::string(macro));
  return project.code(model).find(macro) != std::string_view::npos;
}

void check_macro(const LintProject& project, NodeId model, const DeprecatedMacro& macro, Violations& violations) {
  const bool exists = project.macro(std::string(kUtils) + std::string(macro.name)) != nullptr;
  if (!may_call(project, model, macro.name, exists)) return;
  const std::string called = fmt::format("snowplow_utils.{}", macro.name);
  const std::vector<SqlText::Call> calls = project.sql(model).calls(macro.name);
  const auto call = std::ranges::find(calls, called, &SqlText::Call::name);
  if (call == calls.end()) return;
  violations.push_back(
      {.node = model,
       .message = exists
                      ? fmt::format("{} calls {}, which is deprecated and will be removed from snowplow_utils: every "
                                    "run warns, and a later version fails; use {}",
                                    printable(project.node(model).name), called, macro.instead)
                      : fmt::format("{} calls {}, which this snowplow_utils does not have any more: the model does "
                                    "not compile where dbt comes to that call; use {}",
                                    printable(project.node(model).name), called, macro.instead),
       .at = Anchor::code(call->offset, call->length),
       .key = std::string(macro.name)});
}

// A model that has to do with snowplow_utils; reading the code of all others would cost too much.
bool uses_utils(const LintProject& project, NodeId model) {
  const NodeRecord& node = project.node(model);
  if (std::ranges::any_of(node.depends_on.macros, [](std::string_view id) { return id.starts_with(kUtils); }))
    return true;
  if (!project.snowplow().tagging(project.project(), model).empty()) return true;
  return std::ranges::any_of(project.project().parents(model), [&](NodeId parent) {
    return project.node(parent).package_name != node.package_name &&
           project.snowplow().owning(project.project(), parent) != nullptr;
  });
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const UtilsMacros utils = UtilsMacros::of(project);
  if (!utils.any) return {};
  scope.for_each(ResourceType::kModel, [&](NodeId model) {
    if (!project.project().enabled(model)) return;
    check_materialization(project, model, utils, violations);
    if (!utils.deprecates || !uses_utils(project, model)) return;
    for (const DeprecatedMacro& macro : kMacros) check_macro(project, model, macro, violations);
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-deprecated-materialization",
     .subject = "snowplow",
     .summary = "the snowplow_incremental materialization, or a macro that went with it",
     .what = "Finds models materialized as `snowplow_incremental`, and calls of `snowplow_utils.get_partition_by`, "
             "`get_cluster_by`, `snowplow_is_incremental` and `type_string`, where the installed snowplow_utils has "
             "deprecated or removed them (0.14.0 and later). With an older one they are right.",
     .why = "The materialization is gone since snowplow_utils 0.15.0, type_string since 0.14.0, and a model that uses "
            "them fails. The other macros only warn, in every run, until an upgrade removes them too. dbt's own "
            "`incremental` with `snowplow_optimize` does the same work.",
     .example = R"(```sql
{{ config(
    materialized='snowplow_incremental',
    unique_key='view_id',
    upsert_date_key='start_tstamp',
    partition_by=snowplow_utils.get_partition_by(bigquery_partition_by={'field': 'start_tstamp'})
) }}
```)",
     .use_instead = R"(```sql
{{ config(
    materialized='incremental',
    unique_key='view_id',
    upsert_date_key='start_tstamp',
    snowplow_optimize=true,
    partition_by=snowplow_utils.get_value_by_target_type(bigquery_val={'field': 'start_tstamp'})
) }}
```)",
     .basis =
         "snowplow_utils' changelog: 0.14.0 deprecates the materialization, `get_cluster_by` and `get_partition_by` "
         "and removes `type_string`; 0.15.0 removes the materialization.",
     .severity = Severity::kWarn,
     .presets = kSnowplowPreset,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
