#include <fmt/format.h>
#include <utility>

#include "lint/rule.h"
#include "rules/documentation/macro_parts.h"
#include "source/jinja_blocks.h"

namespace plowline {
namespace {

struct MacroMaxArgumentsOptions {
  std::int64_t max = 4;
};

Result<void> check(const LintProject& project, const RuleScope& scope, const MacroMaxArgumentsOptions& options,
                   Violations& violations) {
  scope.for_each_macro([&](const MacroRecord& macro) {
    const std::string_view code = project.code(macro);
    for (const JinjaBlock& block : jinja_blocks(code)) {
      if (!block.is(macro.name) || block.kind == "materialization" || block.kind == "snapshot") continue;
      const std::size_t arguments = parameters_in(code.substr(block.offset, block.body - block.offset)).size();
      if (std::cmp_greater(arguments, options.max))
        violations.push_back({.macro = &macro,
                              .message = fmt::format("the macro {} has {} arguments, more than {}: a call of it cannot "
                                                     "be read without looking up their order",
                                                     printable(macro.name), arguments, options.max),
                              .at = Anchor::code(block.offset, block.body - block.offset),
                              .key = "arguments"});
      return;
    }
  });
  return {};
}

const RegisterRule<MacroMaxArgumentsOptions> rule{
    {.name = "macro-max-arguments",
     .subject = "code",
     .summary = "a macro has many arguments",
     .what = "Counts the arguments that each macro (and generic test) declares. More than `max` are found.",
     .why =
         "Many arguments mean that a macro does many things, and calls of it go wrong silently: two that are mixed up "
         "often give SQL that runs.",
     .example = R"(```sql macros/price.sql
{% macro price(amount, currency, day, tax, discount) %}{{ amount }}{% endmacro %}
```
)",
     .use_instead = R"(```sql macros/price.sql
{% macro price(amount, currency, day, options={'tax': 0, 'discount': 0}) %}{{ amount }}{% endmacro %}
```
)",
     .basis = "dbt-bouncer: `check_macro_max_number_of_arguments`, with its default.",
     .presets = kOnRequest},
    {option<&MacroMaxArgumentsOptions::max>("max", "The most arguments that a macro may declare.")},
    check};

}  // namespace
}  // namespace plowline
