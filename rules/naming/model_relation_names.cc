// What models are called in the warehouse: aliases and schemas. Ephemeral models are not there at all.
#include <fmt/format.h>

#include "lint/rule.h"

namespace plowline {
namespace {

struct ModelAliasOptions {
  Pattern pattern;
  bool require_explicit = false;
};

struct ModelSchemaNameOptions {
  Pattern pattern;
};

// Enabled models that become relations.
template <typename F>
void for_each_relation(const LintProject& project, const RuleScope& scope, F&& visit) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    if (project.config(id).materialized != "ephemeral") visit(id, project.node(id));
  });
}

Result<void> check_alias(const LintProject& project, const RuleScope& scope, const ModelAliasOptions& options,
                         Violations& violations) {
  if (options.pattern.empty() && !options.require_explicit) return {};
  for_each_relation(project, scope, [&](NodeId id, const NodeRecord& node) {
    const std::string_view alias = node.alias.empty() ? node.name : node.alias;  // before dbt 0.9 there was none
    if (!options.pattern.empty() && !options.pattern.matches(alias)) {
      violations.push_back({.node = id,
                            .message = fmt::format("the alias {} does not match '{}' as a whole: whoever looks for the "
                                                   "table by the project's convention does not find it",
                                                   printable(alias), printable(options.pattern.text())),
                            .at = Anchor::config("alias"),
                            .key = "alias"});
    }
    if (options.require_explicit && project.config(id).alias.empty()) {
      violations.push_back({.node = id,
                            .message = fmt::format("{} has no alias of its own: its table is called {} after its "
                                                   "file, and is another one once the file is renamed",
                                                   printable(node.name), printable(alias)),
                            .key = "explicit"});
    }
  });
  return {};
}

Result<void> check_schema(const LintProject& project, const RuleScope& scope, const ModelSchemaNameOptions& options,
                          Violations& violations) {
  if (options.pattern.empty()) return {};
  for_each_relation(project, scope, [&](NodeId id, const NodeRecord& node) {
    if (node.schema.empty() || options.pattern.matches(node.schema)) return;
    violations.push_back(
        {.node = id,
         .message = fmt::format("the schema {} of {} does not match '{}' as a whole: the table lies "
                                "where the project's convention does not expect it, and whoever was "
                                "granted the right schemas cannot read it",
                                printable(node.schema), printable(node.name), printable(options.pattern.text())),
         .at = Anchor::config("schema"),
         .key = "schema"});
  });
  return {};
}

const RegisterRule<ModelAliasOptions> alias{
    {.name = "model-alias",
     .subject = "naming",
     .summary = "a model's alias is missing or does not match a pattern",
     .what =
         "Matches what models are called in the warehouse against `pattern`, and with `require_explicit` finds those "
         "that leave it to their file's name. Does nothing until one of the two is set. Ephemeral models have no "
         "table and are left out.",
     .why = "Whoever reads the warehouse knows the alias alone. Where it is written down, a renamed file does not "
            "rename the table that reports read.",
     .example = R"(```sql models/fct_orders.sql
{{ config(materialized='table') }}
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-alias: {severity: warn, require_explicit: true}
```)",
     .use_instead = R"(```sql models/fct_orders.sql
{{ config(materialized='table', alias='orders') }}
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-alias: {severity: warn, require_explicit: true}
```)",
     .basis = "dbt-bouncer: `check_model_alias`. dbt names the relation by `generate_alias_name`: the alias, else the "
              "model's name, with `_v2` of a version.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ModelAliasOptions::pattern>("pattern", "A regular expression that the whole alias has to match."),
     option<&ModelAliasOptions::require_explicit>("require_explicit", "Whether the config has to set an alias.")},
    check_alias};

const RegisterRule<ModelSchemaNameOptions> schema{
    {.name = "model-schema-name",
     .subject = "naming",
     .summary = "the schema that a model is built in does not match a pattern",
     .what = "Matches the schemas that models are built in, as `generate_schema_name` made them for the manifest's "
             "target, against `pattern`. Does nothing until that is set. Ephemeral models are left out.",
     .why =
         "Rights are granted by schema. A table in a schema of another name is invisible to those who should see it, "
         "or visible to those who should not.",
     .example = R"(```sql models/fct_orders.sql
{{ config(materialized='table', schema='playground') }}
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-schema-name: {severity: warn, pattern: '.*_marts'}
```)",
     .use_instead = R"(```sql models/fct_orders.sql
{{ config(materialized='table', schema='marts') }}
select 1 as order_id
```
```yaml plowline.yml
rules:
  model-schema-name: {severity: warn, pattern: '.*_marts'}
```)",
     .basis = "dbt-bouncer: `check_model_schema_name`.",
     .severity = Severity::kWarn,
     .presets = kOnRequest},
    {option<&ModelSchemaNameOptions::pattern>("pattern", "A regular expression that the whole schema has to match.")},
    check_schema};

}  // namespace
}  // namespace plowline
