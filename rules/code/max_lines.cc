// How long models and macros may be.
#include <algorithm>
#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/code/code_survey.h"

namespace plowline {
namespace {

struct CodeMaxLinesOptions {
  std::int64_t max = 100;
};

struct MacroMaxLinesOptions {
  std::int64_t max = 100;
};

Result<void> check_models(const LintProject& project, const RuleScope& scope, const CodeMaxLinesOptions& options,
                          Violations& violations) {
  const auto& surveys = project.index<CodeSurveys>();
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    const NodeRecord& node = project.node(id);
    const std::uint32_t lines = node.language == "python" ? survey_of(node.raw_code.bytes).lines : surveys.of(id).lines;
    if (lines <= options.max) return;
    violations.push_back({.node = id,
                          .message = fmt::format("{} has {} lines, more than {}: it does several things, of which none "
                                                 "can be tested or used alone",
                                                 printable(node.name), lines, options.max),
                          .key = "lines"});
  });
  return {};
}

Result<void> check_macros(const LintProject& project, const RuleScope& scope, const MacroMaxLinesOptions& options,
                          Violations& violations) {
  scope.for_each_macro([&](const MacroRecord& macro) {
    const std::string_view code = project.code(macro);
    const auto lines = std::ranges::count(code, '\n') + (code.empty() || code.ends_with('\n') ? 0 : 1);
    if (lines <= options.max) return;
    violations.push_back({.macro = &macro,
                          .message = fmt::format("the macro {} has {} lines, more than {}: what it makes of its "
                                                 "arguments is hard to foresee and to test",
                                                 printable(macro.name), lines, options.max),
                          .key = "lines"});
  });
  return {};
}

const RegisterRule<CodeMaxLinesOptions> code_rule{
    {.name = "code-max-lines",
     .subject = "code",
     .summary = "a model's code is long",
     .what = "Counts the lines of each model's code, comments and Jinja included. More than `max` are found.",
     .why =
         "A long query stages, joins and aggregates in one place. As several models each step has a name, tests, and "
         "other readers.",
     .example = R"(```sql models/orders.sql
select
  id,
  amount
from {{ ref('stg_orders') }}
```
```sql models/stg_orders.sql
select 1 as id, 2 as amount
```
```yaml plowline.yml
rules:
  code-max-lines: {max: 3}
```
)",
     .use_instead = R"(```sql models/orders.sql
select id, amount
from {{ ref('stg_orders') }}
```
```sql models/stg_orders.sql
select 1 as id, 2 as amount
```
```yaml plowline.yml
rules:
  code-max-lines: {max: 3}
```
)",
     .basis = "dbt-bouncer: `check_model_max_number_of_lines`, with its default.",
     .presets = kOnRequest},
    {option<&CodeMaxLinesOptions::max>("max", "The most lines that a model may have.")},
    check_models};

const RegisterRule<MacroMaxLinesOptions> macro_rule{
    {.name = "macro-max-lines",
     .subject = "code",
     .summary = "a macro is long",
     .what = "Counts the lines of each macro, from `{% macro` to `{% endmacro %}`. More than `max` are found.",
     .why = "Jinja has no debugger. What a long macro makes of its arguments is known when it has failed in a run; "
            "several short ones can be tried one by one.",
     .example = R"(```sql macros/cents.sql
{% macro cents(column) %}
  {{ column }}
  / 100
{% endmacro %}
```
```yaml plowline.yml
rules:
  macro-max-lines: {max: 3}
```
)",
     .use_instead = R"(```sql macros/cents.sql
{% macro cents(column) %}
  {{ column }} / 100
{% endmacro %}
```
```yaml plowline.yml
rules:
  macro-max-lines: {max: 3}
```
)",
     .basis = "dbt-bouncer: `check_macro_max_number_of_lines`, with its default.",
     .presets = kOnRequest},
    {option<&MacroMaxLinesOptions::max>("max", "The most lines that a macro may have.")},
    check_macros};

}  // namespace
}  // namespace plowline
