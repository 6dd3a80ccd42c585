#include <algorithm>
#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "rules/dag/neighbours.h"

namespace plowline {
namespace {

struct RequiredMacroDependencyOptions {
  std::vector<std::string> macros;
  std::string criteria = "all";
};

// `dbt_utils.star` is exactly that macro; `star` is one of that name in any package.
bool is_macro(std::string_view unique_id, std::string_view wanted) {
  constexpr std::string_view kPrefix = "macro.";
  if (!unique_id.starts_with(kPrefix)) return false;
  const std::string_view name = unique_id.substr(kPrefix.size());
  if (wanted.find('.') != std::string_view::npos) return name == wanted;
  return name.substr(name.find('.') + 1) == wanted;
}

bool calls_macro(const NodeRecord& node, std::string_view wanted) {
  return std::ranges::any_of(node.depends_on.macros, [&](std::string_view id) { return is_macro(id, wanted); });
}

// What is wrong with the macros that the model calls; empty where nothing is.
std::string objection(const RequiredMacroDependencyOptions& options, const std::vector<std::string>& missing) {
  const std::size_t called = options.macros.size() - missing.size();
  if (options.criteria == "all") return missing.empty() ? "" : "does not call " + name_list(missing, 4);
  if (options.criteria == "any") return called > 0 ? "" : "calls none of " + comma_list(options.macros, 6);
  if (called == 1) return "";
  return fmt::format("calls {} of {}, and has to call exactly one", called, comma_list(options.macros, 6));
}

Result<void> check(const LintProject& project, const RuleScope& scope, const RequiredMacroDependencyOptions& options,
                   Violations& violations) {
  if (options.macros.empty()) return {};
  scope.for_each_enabled(ResourceType::kModel, [&](NodeId id) {
    std::vector<std::string> missing;
    for (const std::string& macro : options.macros) {
      if (!calls_macro(project.node(id), macro)) missing.push_back(macro);
    }
    const std::string wrong = objection(options, missing);
    if (wrong.empty()) return;
    violations.push_back({.node = id,
                          .message = fmt::format("{} {}: what the macro does for all other models is left out here",
                                                 printable(dotted_name(project.node(id))), wrong),
                          .key = "macros"});
  });
  return {};
}

const RegisterRule<RequiredMacroDependencyOptions> rule{
    {.name = "required-macro-dependency",
     .subject = "dag",
     .summary = "a model does not call a macro that it has to call",
     .what =
         "Looks whether each model calls the macros `macros` itself: all of them, any, or exactly one (`criteria`). "
         "Which models have to is said with `where:`. Finds nothing until `macros` is set.",
     .why =
         "Some things are done in every model of a kind: a masking policy, columns for auditing, a filter that keeps "
         "development small. A model that forgets it works all the same, and nobody notices.",
     .example = R"(```sql models/orders.sql
select id from {{ ref('raw_orders') }}
```
```sql models/raw_orders.sql
select 1 as id, {{ audit_columns() }}
```
```sql macros/audit_columns.sql
{% macro audit_columns() %}current_timestamp as loaded_at{% endmacro %}
```
```yaml plowline.yml
rules:
  required-macro-dependency: {macros: [shop.audit_columns]}
```
)",
     .use_instead = R"(```sql models/orders.sql
select id, {{ audit_columns() }} from {{ ref('raw_orders') }}
```
```sql models/raw_orders.sql
select 1 as id, {{ audit_columns() }}
```
```sql macros/audit_columns.sql
{% macro audit_columns() %}current_timestamp as loaded_at{% endmacro %}
```
```yaml plowline.yml
rules:
  required-macro-dependency: {macros: [shop.audit_columns]}
```
)",
     .basis = "dbt-bouncer: `check_model_depends_on_macros`.",
     .presets = kOnRequest},
    {option<&RequiredMacroDependencyOptions::macros>(
         "macros", "The macros, with the package (`dbt_utils.star`) or, of any package, without."),
     option<&RequiredMacroDependencyOptions::criteria>("criteria", "How many of them each model has to call.",
                                                       {"all", "any", "one"})},
    check};

}  // namespace
}  // namespace plowline
