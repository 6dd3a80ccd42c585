#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/relation.h"

namespace plowline {
namespace {

bool is_schema_macro(std::string_view name) {
  return name == "generate_schema_name" || name.ends_with("__generate_schema_name");
}

// The root project's macro that dbt asks for schemas; null where it is dbt's own.
const MacroRecord* schema_macro(const LintProject& project) {
  const MacroRecord* found = nullptr;
  for (const MacroRecord& macro : project.project().macros()) {
    if (macro.package_name != project.project().root_package() || !is_schema_macro(macro.name)) continue;
    if (found == nullptr || macro.name == "generate_schema_name") found = &macro;
  }
  return found;
}

// Where the package's manifest table lies, on both targets where both are known.
std::string places_of(const LintProject& project, NodeId manifest) {
  const auto here = relation_of(project, manifest);
  if (!here) return {};
  std::string out = fmt::format("; {} lies in {} here", printable(project.node(manifest).name), shown_place(*here));
  const auto previous = project.in_state(manifest);
  const auto before = previous ? relation_of(*project.state(), *previous) : std::nullopt;
  if (before) out += fmt::format(" and in {} in the state", shown_place(*before));
  return out;
}

Result<void> check(const LintProject& project, const RuleScope&, const NoOptions&, Violations& violations) {
  const MacroRecord* macro = schema_macro(project);
  if (macro == nullptr) return {};
  for (const SnowplowPackage& package : project.snowplow().all()) {
    if (!package.incremental_manifest) continue;
    violations.push_back(
        {.macro = macro,
         .message =
             fmt::format("the project has its own {}: the schemas of Snowplow's manifest and derived tables do not "
                         "follow dbt's <target schema>_<custom schema>, and may follow another rule on each target{}: "
                         "take them from each target's manifest.json, never from the other's by exchanging a prefix",
                         printable(macro->name), places_of(project, *package.incremental_manifest)),
         .at = {},
         .key = "generate_schema_name"});
    break;
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "snowplow-generate-schema-name",
     .subject = "snowplow",
     .summary = "the project's own generate_schema_name decides where Snowplow's tables lie",
     .what = "Finds a `generate_schema_name` of the root project (also `default__generate_schema_name` and those of an "
             "adapter) where a Snowplow package with a manifest table is installed. Says where the manifest table lies "
             "here and, with `--state`, on the other target.",
     .why = "The manifest row of a new model has to be inserted into production's manifest table, and its table to be "
            "moved beside production's derived ones. By dbt's rule the schemas of two targets differ in their prefix; "
            "with a macro of one's own (`generate_schema_name_for_env` for one) staging may have all tables in one "
            "schema.",
     .example = R"(```sql
{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ generate_schema_name_for_env(custom_schema_name, node) }}
{%- endmacro %}
```)",
     .use_instead = R"(```sql
-- dbt's own macro; or look at relation_name in both targets' manifest.json
```)",
     .basis = "dbt: `generate_schema_name`, `generate_schema_name_for_env`; the packages' `+schema` configs.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsSnowplow},
    check};

}  // namespace
}  // namespace plowline
