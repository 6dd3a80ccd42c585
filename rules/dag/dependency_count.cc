// How many parents, children and macros a model has: one check, counted in three ways.
#include <fmt/format.h>

#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct ParentCountOptions {
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::vector<std::string> types = {"model", "source"};
  bool ephemeral = false;
};

struct ChildCountOptions {
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::vector<std::string> types = {"model"};
  bool ephemeral = false;
};

struct MacroDependencyCountOptions {
  std::int64_t min = 0;
  std::int64_t max = 5;
};

struct CountLimits {
  std::int64_t min = 0;
  std::int64_t max = 0;  // 0: none
};

std::string one_or_more(std::int64_t count, std::string_view one, std::string_view more) {
  return fmt::format("{} {}", count, count == 1 ? one : more);
}

// Reports the model where the count lies outside of the limits.
void report_count(const LintProject& project, NodeId id, std::size_t counted, CountLimits limits, std::string_view one,
                  std::string_view more, std::string_view consequence_of_many, Violations& violations) {
  const auto count = static_cast<std::int64_t>(counted);
  const std::string name = printable(dotted_name(project.node(id)));
  if (count < limits.min) {
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} has {}, and at least {} {} required", name, one_or_more(count, one, more),
                                limits.min, limits.min == 1 ? "is" : "are"),
         .key = "min"});
  } else if (limits.max > 0 && count > limits.max) {
    violations.push_back(
        {.node = id,
         .message = fmt::format("{} has {}, and at most {} {} allowed: {}", name, one_or_more(count, one, more),
                                limits.max, limits.max == 1 ? "is" : "are", consequence_of_many),
         .key = "max"});
  }
}

bool is_looked_at(const LintProject& project, NodeId id, bool ephemeral) {
  return project.project().enabled(id) && (ephemeral || project.config(id).materialized != "ephemeral");
}

Result<void> check_parents(const LintProject& project, const RuleScope& scope, const ParentCountOptions& options,
                           Violations& violations) {
  if (options.min == 0 && options.max == 0) return {};
  const TypesOfNodes types = TypesOfNodes::of_words(options.types);
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    if (!is_looked_at(project, id, options.ephemeral)) return;
    report_count(project, id, parents_of_types(project, id, types).size(), {options.min, options.max}, "parent",
                 "parents", "a change of any of them can change it, and nobody oversees so many", violations);
  });
  return {};
}

Result<void> check_children(const LintProject& project, const RuleScope& scope, const ChildCountOptions& options,
                            Violations& violations) {
  if (options.min == 0 && options.max == 0) return {};
  const TypesOfNodes types = TypesOfNodes::of_words(options.types);
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    if (!is_looked_at(project, id, options.ephemeral)) return;
    report_count(project, id, children_of_types(project, id, types).size(), {options.min, options.max}, "child",
                 "children", "a change of it changes all of them", violations);
  });
  return {};
}

Result<void> check_macros(const LintProject& project, const RuleScope& scope,
                          const MacroDependencyCountOptions& options, Violations& violations) {
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    std::size_t macros = 0;
    for (const std::string_view macro : project.node(id).depends_on.macros) macros += macro.empty() ? 0 : 1;
    report_count(project, id, macros, {options.min, options.max}, "macro that it calls", "macros that it calls",
                 "what SQL comes of it can only be read after compiling", violations);
  });
  return {};
}

const std::vector<std::string> kParentWords = {"model", "seed", "snapshot", "source", "function"};
const std::vector<std::string> kChildWords = {"model",    "snapshot",       "test",        "exposure", "metric",
                                              "analysis", "semantic_model", "saved_query", "unit_test"};

const RegisterRule<ParentCountOptions> parent_count{
    {.name = "parent-count",
     .subject = "dag",
     .summary = "a model has fewer or more parents than its project wants",
     .what =
         "Counts the direct parents of each model that are of the types `types`, and compares with `min` and `max`. "
         "Finds nothing until one of the two is set. Ephemeral models are not looked at unless `ephemeral` is "
         "true.",
     .why = "A model without parents reads tables that dbt does not know of. One with many is hard to follow, and each "
            "parent's failure keeps it from being built.",
     .example = R"(```sql models/orders.sql
select * from analytics.raw_orders
```
```yaml plowline.yml
rules:
  parent-count: {min: 1}
```
)",
     .use_instead = R"(```sql models/orders.sql
select * from {{ source('raw', 'orders') }}
```
```yaml models/_sources.yml
sources:
  - name: raw
    tables: [{name: orders}]
```
```yaml plowline.yml
rules:
  parent-count: {min: 1}
```
)",
     .basis = "dbt-checkpoint: `check-model-parents-and-childs`, which counts models and sources and leaves out "
              "ephemeral models. dbt-bouncer: `check_model_max_upstream_dependencies`.",
     .presets = kOnRequest},
    {option<&ParentCountOptions::min>("min", "The fewest parents that a model may have; 0: any number."),
     option<&ParentCountOptions::max>("max", "The most parents that a model may have; 0: any number."),
     option<&ParentCountOptions::types>("types", "The types of parents that are counted.", kParentWords),
     option<&ParentCountOptions::ephemeral>("ephemeral", "Look at ephemeral models, too.")},
    check_parents};

const RegisterRule<ChildCountOptions> child_count{
    {.name = "child-count",
     .subject = "dag",
     .summary = "a model has fewer or more children than its project wants",
     .what = "Counts the direct children of each model that are of the types `types`, and compares with `min` and "
             "`max`. Finds nothing until one of the two is set. Ephemeral models are not looked at unless `ephemeral` "
             "is true.",
     .why =
         "A model that nothing is built from may be left over: it costs a run every day. One that very many are built "
         "from cannot be changed without changing all of them.",
     .example = R"(```sql models/stg_orders.sql
select 1 as id
```
```yaml plowline.yml
rules:
  child-count: {min: 1, where: stg_orders}
```
)",
     .use_instead = R"(```sql models/stg_orders.sql
select 1 as id
```
```sql models/orders.sql
select * from {{ ref('stg_orders') }}
```
```yaml plowline.yml
rules:
  child-count: {min: 1, where: stg_orders}
```
)",
     .basis = "dbt-checkpoint: `check-model-parents-and-childs`, which counts models and leaves out ephemeral models. "
              "dbt-bouncer: `check_model_min_downstream_models`, `check_model_max_fanout`.",
     .presets = kOnRequest},
    {option<&ChildCountOptions::min>("min", "The fewest children that a model may have; 0: any number."),
     option<&ChildCountOptions::max>("max", "The most children that a model may have; 0: any number."),
     option<&ChildCountOptions::types>("types", "The types of children that are counted.", kChildWords),
     option<&ChildCountOptions::ephemeral>("ephemeral", "Look at ephemeral models, too.")},
    check_children};

const RegisterRule<MacroDependencyCountOptions> macro_dependency_count{
    {.name = "macro-dependency-count",
     .subject = "dag",
     .summary = "a model calls fewer or more macros than its project wants",
     .what = "Counts the macros that a model calls itself (those that they call in turn are not counted), as dbt has "
             "noted them, and compares with `min` and `max`.",
     .why = "Each macro is a piece of SQL that stands elsewhere. With many of them nobody can tell from the model what "
            "the warehouse will be asked.",
     .example = R"(```sql models/orders.sql
select {{ cents('amount') }}, {{ day('created') }} from {{ ref('raw_orders') }}
```
```sql models/raw_orders.sql
select 1 as amount, current_timestamp as created
```
```sql macros/helpers.sql
{% macro cents(column) %}{{ column }} / 100{% endmacro %}
{% macro day(column) %}cast({{ column }} as date){% endmacro %}
```
```yaml plowline.yml
rules:
  macro-dependency-count: {max: 1}
```
)",
     .use_instead = R"(```sql models/orders.sql
select {{ cents('amount') }}, cast(created as date) from {{ ref('raw_orders') }}
```
```sql models/raw_orders.sql
select 1 as amount, current_timestamp as created
```
```sql macros/helpers.sql
{% macro cents(column) %}{{ column }} / 100{% endmacro %}
```
```yaml plowline.yml
rules:
  macro-dependency-count: {max: 1}
```
)",
     .basis = "dbt-bouncer: `check_model_max_upstream_dependencies`, with its default of 5 macros.",
     .presets = kOnRequest},
    {option<&MacroDependencyCountOptions::min>("min", "The fewest macros that a model may call; 0: any number."),
     option<&MacroDependencyCountOptions::max>("max", "The most macros that a model may call; 0: any number.")},
    check_macros};

}  // namespace
}  // namespace plowline
