#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/naming/letter_case.h"

namespace plowline {
namespace {

struct MacroNameOptions {
  Pattern pattern;
  std::string letter_case = "auto";
};

Result<void> check(const LintProject&, const RuleScope& scope, const MacroNameOptions& options,
                   Violations& violations) {
  const NameDemand demand(options.pattern, options.letter_case);
  if (demand.none()) return {};
  scope.for_each_macro([&](const MacroRecord& macro) {
    if (demand.met_by(macro.name)) return;
    violations.push_back(
        {.macro = &macro,
         .message = fmt::format("the macro name {} {}", printable(macro.name), demand.failure(macro.name)),
         .key = "name"});
  });
  return {};
}

const RegisterRule<MacroNameOptions> rule{
    {.name = "macro-name",
     .subject = "naming",
     .summary = "a macro's name does not follow the convention",
     .what = "Holds the names of macros against a letter case (`snake_case`) or a pattern of your own. dbt's own names "
             "of generic tests (`test_…`) and materializations (`materialization_…`) count as macro names.",
     .why = "dbt's own macros and those of nearly every package are in snake_case. Jinja knows upper from lower case: "
            "a macro of another style is called wrongly sooner or later, which ends in `… is undefined`.",
     .example = R"(```sql macros/centsToDollars.sql
{% macro centsToDollars(column) %}{{ column }} / 100.0{% endmacro %}
```)",
     .use_instead = R"(```sql macros/cents_to_dollars.sql
{% macro cents_to_dollars(column) %}{{ column }} / 100.0{% endmacro %}
```)",
     .basis = "dbt-score: `macro_name_follows_naming_convention`; dbt-bouncer: `check_macro_names`; dbt-doctor: "
              "`macro-snake-case`.",
     .severity = Severity::kWarn,
     .presets = kStrict},
    {option<&MacroNameOptions::pattern>("pattern", "A regular expression that the whole name has to match."),
     option<&MacroNameOptions::letter_case>(
         "case", "The letter case of the name; `auto`: `snake_case`, or any where a pattern is given.",
         letter_cases_and_auto())},
    check};

}  // namespace
}  // namespace plowline
