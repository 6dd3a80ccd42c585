// What rules ask about a macro beyond its record: its parameters, its declared arguments, whether it is one of several
// implementations.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "artifact/manifest.h"
#include "lint/lint_project.h"

namespace plowline {

// The names in the brackets of `{% macro name(a, b=1) %}` or `{% test name(model) %}`, in their order; none of a
// materialization. Views into `macro_sql`, the macro's code as LintProject::code() gives it.
std::vector<std::string_view> macro_parameters(std::string_view macro_sql);

// The same of an opening tag, of whatever kind: `{% macro name(a, b=1) %}`.
std::vector<std::string_view> parameters_in(std::string_view tag);

// An argument as the properties declare it (or as dbt works it out of the code: since 1.10, where the project asks for
// that).
struct DeclaredArgument {
  std::string name;
  std::string type;
  std::string description;  // without blanks around it
};
std::vector<DeclaredArgument> declared_arguments(const MacroRecord& macro);

// `default__x`, `snowflake__x`: what adapter.dispatch() calls for `x`, where there is a macro of that name in any
// package. Readers look up `x`.
bool is_dispatched_to(const LintProject& project, const MacroRecord& macro);

}  // namespace plowline
