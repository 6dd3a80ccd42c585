#include "lint/rule.h"
#include "rules/schema/fixed_relations.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  report_fixed_relations(project, scope, FixedRelation::By::kNeither, violations);
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-same-relation",
     .subject = "schema",
     .summary = "two targets resolve to one relation",
     .what =
         "Compares the manifest with one of another target (`--state`) and finds nodes that resolve to a relation of "
         "that target, the same node's or another's, although no schema or database config of theirs says so "
         "(`schema-hard-coded-schema` and `schema-hard-coded-database` find the others). Where the whole project lies "
         "in the same schemas in both manifests they are of one target, and nothing is found.",
     .why = "Two targets that write one table overwrite each other's data.",
     .example = R"(```sql
{% macro generate_schema_name(custom_schema_name, node) %}
  {{ 'analytics' if node.name.startswith('mart_') else target.schema }}
{% endmacro %}
```)",
     .use_instead = R"(```sql
{% macro generate_schema_name(custom_schema_name, node) %}
  {{ target.schema ~ '_marts' if node.name.startswith('mart_') else target.schema }}
{% endmacro %}
```)",
     .basis =
         "dbt: each target's relations follow from its profile and the `generate_*_name` macros; dbt compares them "
         "within one manifest only.",
     .severity = Severity::kError,
     .presets = kRecommended,
     .needs = kNeedsState},
    check};

}  // namespace
}  // namespace plowline
