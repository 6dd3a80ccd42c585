// The rules about the files of macros: their own, and those of their properties.
#include <fmt/format.h>
#include <set>

#include "lint/rule.h"
#include "rules/properties/file_paths.h"
#include "rules/properties/folder_names.h"

namespace plowline {
namespace {

// A generic test below `tests/` (or whatever test-paths says) is a macro to dbt, but no macro to its author.
bool is_generic_test_file(std::string_view folder) {
  return folder == "tests" || folder.starts_with("tests/");
}

bool is_right_name(const std::string& file_name, const std::string& folder) {
  if (folders_in(folder).size() >= 2) return is_name_by_folder(file_name, folder, "macros");
  return without_ending(file_name) == "_macros";
}

Result<void> check_location(const LintProject&, const RuleScope& scope, const NoOptions&, Violations& violations) {
  std::set<std::string> reported;
  scope.for_each_macro([&](const MacroRecord& macro) {
    if (macro.patch_path.empty()) return;
    const std::string folder = folder_of(macro.original_file_path);
    const PropertiesPath properties = properties_path(macro.patch_path);
    const std::string file_name = file_name_of(properties.path);
    if (is_generic_test_file(folder) || is_right_name(file_name, folder)) return;
    if (!reported.insert(fmt::format("{}\n{}", macro.patch_path, folder)).second) return;
    violations.push_back(
        {.macro = &macro,
         .message = fmt::format(
             "the properties of the macro {} are in {}, where dbt's guide has {}: nobody finds them "
             "by their name",
             printable(macro.name), printable(properties.path),
             folders_in(folder).size() < 2 ? std::string("_macros.yml") : printable(name_by_folder(folder, "macros"))),
         .key = "properties file"});
  });
  return {};
}

// The names that a file may have for the macro that it holds.
bool is_file_of(std::string_view stem, std::string_view macro) {
  if (stem == macro) return true;
  for (const std::string_view prefix : {"test_", "materialization_"}) {
    if (macro.starts_with(prefix) && macro.substr(prefix.size()) == stem) return true;
  }
  // `materialization_insert_by_period_default`: the adapter's name stands behind.
  if (macro.starts_with("materialization_")) {
    const std::string_view name = macro.substr(std::string_view("materialization_").size());
    return name.starts_with(stem) && name.substr(stem.size()).starts_with('_') &&
           name.find('_', stem.size() + 1) == std::string_view::npos;
  }
  // `default__star` beside `star`, which dispatches to it.
  const std::size_t prefix = macro.find("__");
  return prefix != 0 && prefix != std::string_view::npos && is_file_of(stem, macro.substr(prefix + 2));
}

Result<void> check_name(const LintProject&, const RuleScope& scope, const NoOptions&, Violations& violations) {
  scope.for_each_macro([&](const MacroRecord& macro) {
    const std::string file_name = file_name_of(macro.original_file_path);
    if (file_name.empty() || is_file_of(without_ending(file_name), macro.name)) return;
    violations.push_back({.macro = &macro,
                          .message = fmt::format("the macro {} is in {}: whoever looks for it by the name that it is "
                                                 "called by does not find it",
                                                 printable(macro.name), printable(file_name)),
                          .key = "file"});
  });
  return {};
}

const RegisterRule<> location_rule{
    {.name = "macro-properties-location",
     .subject = "properties",
     .summary = "the properties of a macro are in a file that is not called as dbt's guide has it",
     .what = "Looks at the names of the YAML files that have entries of the project's macros: `_macros.yml` for those "
             "directly in the macro folder, `_crm__macros.yml` for those in macros/crm. One finding for each file. "
             "Generic tests below tests/ and macros without an entry (macro-has-properties) are passed over.",
     .why = "There is one place less to search in when the file's name follows from the folder.",
     .example = R"(```sql macros/crm/lead_score.sql
{% macro lead_score() %}1{% endmacro %}
```
```yaml macros/crm/schema.yml
macros:
  - name: lead_score
```)",
     .use_instead = R"(```sql macros/crm/lead_score.sql
{% macro lead_score() %}1{% endmacro %}
```
```yaml macros/crm/_crm__macros.yml
macros:
  - name: lead_score
```)",
     .basis = "dbt's guide “How we structure our dbt projects”; dbt-bouncer's check_macro_property_file_location."},
    check_location};

const RegisterRule<> name_rule{
    {.name = "macro-name-matches-file",
     .subject = "properties",
     .summary = "a macro is not in a file of its name",
     .what =
         "Compares the name of each macro with that of its file. A generic test and a materialization are in a file "
         "of the name by which they are used, and what a macro is dispatched to (`default__star`) may be in the "
         "file of the macro (star.sql).",
     .why =
         "Calls name a macro, not a file. One macro in a file of its name is found without a search, and its history "
         "is its own.",
     .example = R"(```sql macros/money.sql
{% macro cents_to_euros(column) %}({{ column }} / 100.0){% endmacro %}
```)",
     .use_instead = R"(```sql macros/cents_to_euros.sql
{% macro cents_to_euros(column) %}({{ column }} / 100.0){% endmacro %}
```)",
     .basis = "dbt-bouncer's check_macro_name_matches_file_name, which does not know of dispatched macros."},
    check_name};

}  // namespace
}  // namespace plowline
