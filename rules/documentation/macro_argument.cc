// The rules about the arguments of macros.
#include <algorithm>
#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "lint/rule.h"
#include "rules/documentation/described.h"
#include "rules/documentation/macro_parts.h"

namespace plowline {
namespace {

struct ArgumentDescriptionOptions {
  std::int64_t min_length = 1;
  std::vector<std::string> forbidden;
  bool undeclared = false;
};

std::string arguments_text(const std::vector<std::string>& names) {
  return fmt::format("{} {}", names.size() == 1 ? "argument" : "arguments", name_list(names, kFewNames));
}

// Parameters in the code that the properties do not have.
void add_undeclared(const LintProject& project, const MacroRecord& macro,
                    const std::vector<DeclaredArgument>& arguments, std::vector<std::string>& names) {
  for (const std::string_view parameter : macro_parameters(project.code(macro))) {
    const bool declared = std::ranges::any_of(
        arguments, [&](const DeclaredArgument& argument) { return std::string_view(argument.name) == parameter; });
    if (!declared) names.emplace_back(parameter);
  }
}

Result<void> check_description(const LintProject& project, const RuleScope& scope,
                               const ArgumentDescriptionOptions& options, Violations& violations) {
  const DescriptionDemand demand{options.min_length, options.forbidden};
  scope.for_each_macro([&](const MacroRecord& macro) {
    const std::vector<DeclaredArgument> arguments = declared_arguments(macro);
    std::vector<std::string> without;
    for (const DeclaredArgument& argument : arguments) {
      if (description_fault(argument.description, demand)) without.push_back(argument.name);
    }
    if (options.undeclared) add_undeclared(project, macro, arguments, without);
    if (without.empty()) return;
    violations.push_back({.macro = &macro,
                          .message = fmt::format("the macro {} does not describe its {}: whoever calls it has to read "
                                                 "its code to know what to pass",
                                                 printable(macro.name), arguments_text(without)),
                          .key = "arguments"});
  });
  return {};
}

Result<void> check_type(const LintProject&, const RuleScope& scope, const NoOptions&, Violations& violations) {
  scope.for_each_macro([&](const MacroRecord& macro) {
    std::vector<std::string> without;
    for (const DeclaredArgument& argument : declared_arguments(macro)) {
      if (argument.type.empty()) without.push_back(argument.name);
    }
    if (without.empty()) return;
    violations.push_back({.macro = &macro,
                          .message = fmt::format("the macro {} gives no type of its {}: whether a name, a relation or "
                                                 "a list is to be passed has to be tried out",
                                                 printable(macro.name), arguments_text(without)),
                          .key = "arguments"});
  });
  return {};
}

const RegisterRule<ArgumentDescriptionOptions> description_rule{
    {.name = "macro-argument-description",
     .subject = "documentation",
     .summary = "an argument of a macro has no description",
     .what = "Looks at the arguments that the properties of the project's macros declare and, with `undeclared`, at "
             "those that only the macro's code has. One finding for each macro.",
     .why = "Jinja checks nothing: an argument that was taken for a column's name and is a relation gives SQL that "
            "fails in the warehouse, or that does not.",
     .example = R"(```sql macros/cents_to_euros.sql
{% macro cents_to_euros(column, digits=2) %}round({{ column }} / 100.0, {{ digits }}){% endmacro %}
```
```yaml macros/_macros.yml
macros:
  - name: cents_to_euros
    description: An amount in euros.
    arguments:
      - name: column
        type: string
        description: An SQL expression in cents.
      - name: digits
        type: integer
```)",
     .use_instead = R"(```sql macros/cents_to_euros.sql
{% macro cents_to_euros(column, digits=2) %}round({{ column }} / 100.0, {{ digits }}){% endmacro %}
```
```yaml macros/_macros.yml
macros:
  - name: cents_to_euros
    description: An amount in euros.
    arguments:
      - name: column
        type: string
        description: An SQL expression in cents.
      - name: digits
        type: integer
        description: To how many digits it is rounded.
```)",
     .basis = "The manifest's `arguments` of macros; dbt-checkpoint's check-macro-arguments-have-desc, and "
              "dbt-bouncer's check_macro_arguments_description_populated for `undeclared`.",
     .presets = kStrict},
    {option<&ArgumentDescriptionOptions::min_length>(
         "min_length", "The fewest characters that count as a description, blanks around it apart."),
     option<&ArgumentDescriptionOptions::forbidden>(
         "forbidden",
         "Phrases that show that it is none yet, `TODO` for example. They count as whole words, letter case apart."),
     option<&ArgumentDescriptionOptions::undeclared>(
         "undeclared", "Whether arguments in the macro's code that no properties file declares count, too.")},
    check_description};

const RegisterRule<> type_rule{
    {.name = "macro-argument-type",
     .subject = "documentation",
     .summary = "an argument of a macro has no type",
     .what = "Looks at the arguments that the properties of the project's macros declare. One finding for each macro "
             "that leaves out a type.",
     .why = "A type tells at a glance whether the text `orders` or the relation `ref('orders')` is to be passed. Since "
            "1.10 dbt can check that declared types are ones it knows (the flag validate_macro_args).",
     .example = R"(```sql macros/count_rows.sql
{% macro count_rows(relation) %}select count(*) from {{ relation }}{% endmacro %}
```
```yaml macros/_macros.yml
macros:
  - name: count_rows
    arguments:
      - name: relation
        description: What to count.
```)",
     .use_instead = R"(```sql macros/count_rows.sql
{% macro count_rows(relation) %}select count(*) from {{ relation }}{% endmacro %}
```
```yaml macros/_macros.yml
macros:
  - name: count_rows
    arguments:
      - name: relation
        type: relation
        description: What to count.
```)",
     .basis = "The manifest's `arguments` of macros."},
    check_type};

}  // namespace
}  // namespace plowline
