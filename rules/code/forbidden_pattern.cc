// Regular expressions that code may not match: of models, and of macros.
#include <fmt/format.h>

#include "lint/parallel.h"
#include "lint/rule.h"
#include "rules/code/code_survey.h"

namespace plowline {
namespace {

struct CodeForbiddenPatternOptions {
  std::vector<std::string> patterns;
};

struct MacroForbiddenPatternOptions {
  Pattern pattern;
};

// The part of `code`, which has one, from its first match on to the end of that line: RE2 through Pattern says whether,
// and the place is found by halving what stands before.
Anchor place_of_match(const Pattern& pattern, std::string_view code) {
  std::size_t least = 0;
  std::size_t most = code.size();  // code.substr(0, most) has a match
  while (least < most) {
    const std::size_t middle = least + (most - least) / 2;
    if (pattern.found_in(code.substr(0, middle))) {
      most = middle;
    } else {
      least = middle + 1;
    }
  }
  const std::size_t line = most == 0 ? 0 : code.rfind('\n', most - 1) + 1;
  return Anchor::code(line < most ? line : 0, most - (line < most ? line : 0));
}

Result<void> check_models(const LintProject& project, const RuleScope& scope,
                          const CodeForbiddenPatternOptions& options, Violations& violations) {
  std::vector<Pattern> patterns;
  for (const std::string& text : options.patterns) {
    auto pattern = Pattern::compile(text);
    if (!pattern) return std::unexpected(pattern.error());
    patterns.push_back(*std::move(pattern));
  }
  if (patterns.empty()) return {};
  std::vector<NodeId> nodes;
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    if (!project.node(id).raw_code.empty()) nodes.push_back(id);
  });
  violations = collect_in_parallel<Violation>(nodes, [&](NodeId id, Violations& found) {
    const std::string_view code = project.code(id);
    for (const Pattern& pattern : patterns) {
      if (!pattern.found_in(code)) continue;
      found.push_back({.node = id,
                       .message = fmt::format("the code of {} matches {}, which is not allowed in models",
                                              printable(project.node(id).name), printable(pattern.text())),
                       .at = place_of_match(pattern, code),
                       .key = pattern.text()});
    }
  });
  return {};
}

Result<void> check_macros(const LintProject& project, const RuleScope& scope,
                          const MacroForbiddenPatternOptions& options, Violations& violations) {
  if (options.pattern.empty()) return {};
  scope.for_each_macro([&](const MacroRecord& macro) {
    const std::string_view code = project.code(macro);
    if (!options.pattern.found_in(code)) return;
    violations.push_back({.macro = &macro,
                          .message = fmt::format("the code of the macro {} matches {}, which is not allowed in macros",
                                                 printable(macro.name), printable(options.pattern.text())),
                          .at = place_of_match(options.pattern, code),
                          .key = options.pattern.text()});
  });
  return {};
}

const RegisterRule<CodeForbiddenPatternOptions> code_rule{
    {.name = "code-forbidden-pattern",
     .subject = "code",
     .summary = "a model's code matches a pattern that is forbidden",
     .what = "Searches the code of models, as it was written, Jinja and comments included, for the regular expressions "
             "`patterns` (RE2's; `(?i)` for any letter case). Finds nothing until there are any.",
     .why =
         "What a team has agreed not to write (a function that the next warehouse does not have, `env_var` in models, "
         "a note that should not be merged) is kept out of the project.",
     .example = R"(```sql models/orders.sql
select ifnull(amount, 0) as amount from {{ ref('stg_orders') }}
```
```sql models/stg_orders.sql
select 1 as amount
```
```yaml plowline.yml
rules:
  code-forbidden-pattern: {patterns: ['(?i)\bifnull\(']}
```
)",
     .use_instead = R"(```sql models/orders.sql
select coalesce(amount, 0) as amount from {{ ref('stg_orders') }}
```
```sql models/stg_orders.sql
select 1 as amount
```
```yaml plowline.yml
rules:
  code-forbidden-pattern: {patterns: ['(?i)\bifnull\(']}
```
)",
     .basis = "dbt-bouncer: `check_model_code_does_not_contain_regexp_pattern`.",
     .presets = kOnRequest},
    {option<&CodeForbiddenPatternOptions::patterns>("patterns", "The regular expressions.")},
    check_models};

const RegisterRule<MacroForbiddenPatternOptions> macro_rule{
    {.name = "macro-forbidden-pattern",
     .subject = "code",
     .summary = "a macro's code matches a pattern that is forbidden",
     .what = "Searches the code of macros for the regular expression `pattern` (RE2's; `(?i)` for any letter case). "
             "Finds nothing until there is one.",
     .why = "A macro is used in many models: what is not to be written in them should not come in through it either.",
     .example = R"(```sql macros/amount.sql
{% macro amount(column) %}ifnull({{ column }}, 0){% endmacro %}
```
```yaml plowline.yml
rules:
  macro-forbidden-pattern: {pattern: '(?i)\bifnull\('}
```
)",
     .use_instead = R"(```sql macros/amount.sql
{% macro amount(column) %}coalesce({{ column }}, 0){% endmacro %}
```
```yaml plowline.yml
rules:
  macro-forbidden-pattern: {pattern: '(?i)\bifnull\('}
```
)",
     .basis = "dbt-bouncer: `check_macro_code_does_not_contain_regexp_pattern`.",
     .presets = kOnRequest},
    {option<&MacroForbiddenPatternOptions::pattern>("pattern", "The regular expression.")},
    check_macros};

}  // namespace
}  // namespace plowline
