#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/documentation/described.h"
#include "rules/documentation/macro_parts.h"

namespace plowline {
namespace {

struct MacroDescriptionOptions {
  std::int64_t min_length = 1;
  std::vector<std::string> forbidden;
  bool implementations = true;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const MacroDescriptionOptions& options,
                   Violations& violations) {
  const DescriptionDemand demand{options.min_length, options.forbidden};
  scope.for_each_macro([&](const MacroRecord& macro) {
    const auto fault = description_fault(description_text(macro.description), demand);
    if (!fault || (!options.implementations && is_dispatched_to(project, macro))) return;
    violations.push_back(
        {.macro = &macro,
         .message = fmt::format("the macro {} {}: whoever wants to call it has to read its code, and to trust it",
                                printable(macro.name), *fault),
         .key = "description"});
  });
  return {};
}

const RegisterRule<MacroDescriptionOptions> rule{
    {.name = "macro-description",
     .subject = "documentation",
     .summary = "a macro has no description",
     .what = "Looks at the description of every macro, generic test and materialization of the project.",
     .why = "A macro is called from files whose authors did not write it. What it returns, and whether it runs "
            "queries of its own, cannot be told from its name.",
     .example = R"(```sql macros/cents_to_euros.sql
{% macro cents_to_euros(column) %}({{ column }} / 100.0){% endmacro %}
```)",
     .use_instead = R"(```sql macros/cents_to_euros.sql
{% macro cents_to_euros(column) %}({{ column }} / 100.0){% endmacro %}
```
```yaml macros/_macros.yml
macros:
  - name: cents_to_euros
    description: An amount in euros, as a number that is not rounded.
```)",
     .basis = "The manifest's `description` of macros.",
     .presets = kStrict},
    {option<&MacroDescriptionOptions::min_length>(
         "min_length", "The fewest characters that count as a description, blanks around it apart."),
     option<&MacroDescriptionOptions::forbidden>(
         "forbidden",
         "Phrases that show that it is none yet, `TODO` for example. They count as whole words, letter case apart."),
     option<&MacroDescriptionOptions::implementations>(
         "implementations", "Whether what a macro is dispatched to (`default__x`, `snowflake__x`) needs one, too.")},
    check};

}  // namespace
}  // namespace plowline
