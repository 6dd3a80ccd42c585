// The rules that ask for an entry in a properties file: of models and of macros.
#include <fmt/format.h>

#include "lint/node_name.h"
#include "lint/rule.h"
#include "rules/documentation/described.h"
#include "rules/documentation/macro_parts.h"

namespace plowline {
namespace {

struct ModelPropertiesOptions {
  bool ephemeral = false;
};

struct MacroPropertiesOptions {
  bool implementations = true;
};

Result<void> check_models(const LintProject& project, const RuleScope& scope, const ModelPropertiesOptions& options,
                          Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    if (!node.patch_path.empty()) return;
    if (!options.ephemeral && project.config(id).materialized == "ephemeral") return;
    violations.push_back(
        {.node = id,
         .message =
             fmt::format("{} is in no properties file: it can have no description, no declared "
                         "columns and no tests; add an entry of that name under `models:` of a YAML file beside it",
                         readable_name(node)),
         .key = "properties"});
  });
  return {};
}

Result<void> check_macros(const LintProject& project, const RuleScope& scope, const MacroPropertiesOptions& options,
                          Violations& violations) {
  scope.for_each_macro([&](const MacroRecord& macro) {
    if (!macro.patch_path.empty() || (!options.implementations && is_dispatched_to(project, macro))) return;
    violations.push_back({.macro = &macro,
                          .message = fmt::format("the macro {} is in no properties file: neither it nor its arguments "
                                                 "can have a description",
                                                 printable(macro.name)),
                          .key = "properties"});
  });
  return {};
}

const RegisterRule<ModelPropertiesOptions> of_models{
    {.name = "model-has-properties-file",
     .subject = "properties",
     .summary = "a model is in no properties file",
     .what = "Looks for enabled models, also those in Python, that no YAML file has an entry of. Ephemeral ones are "
             "passed over unless `ephemeral` is set.",
     .why =
         "Descriptions, columns, tests, contracts and access all need that entry. A model without one is left out by "
         "whoever goes through the properties files.",
     .example = R"(```sql models/orders.sql
select 1 as order_id
```)",
     .use_instead = R"(```sql models/orders.sql
select 1 as order_id
```
```yaml models/_models.yml
models:
  - name: orders
```)",
     .basis = "The manifest's `patch_path`; dbt-checkpoint's check-model-has-properties-file finds the same models.",
     .presets = kStrict},
    {option<&ModelPropertiesOptions::ephemeral>("ephemeral", "Whether ephemeral models need an entry, too.")},
    check_models};

const RegisterRule<MacroPropertiesOptions> of_macros{
    {.name = "macro-has-properties",
     .subject = "properties",
     .summary = "a macro is in no properties file",
     .what = "Looks for macros, generic tests and materializations of the project that no YAML file has an entry of.",
     .why = "What a macro does and what its arguments are can only be said in that entry; a comment in the code does "
            "not get into the documentation.",
     .example = R"(```sql macros/cents_to_euros.sql
{% macro cents_to_euros(column) %}({{ column }} / 100.0){% endmacro %}
```)",
     .use_instead = R"(```sql macros/cents_to_euros.sql
{% macro cents_to_euros(column) %}({{ column }} / 100.0){% endmacro %}
```
```yaml macros/_macros.yml
macros:
  - name: cents_to_euros
```)",
     .basis = "The manifest's `patch_path` of macros."},
    {option<&MacroPropertiesOptions::implementations>(
        "implementations",
        "Whether what a macro is dispatched to (`default__x`, `snowflake__x`) needs an entry, too.")},
    check_macros};

}  // namespace
}  // namespace plowline
