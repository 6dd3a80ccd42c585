#include <algorithm>
#include <fmt/format.h>

#include "graph/walk.h"
#include "lint/rule.h"
#include "rules/change/query_change.h"
#include "rules/schema/written_config.h"
#include "snowplow/checks.h"

namespace plowline {
namespace {

struct ChangeCategoryOptions {
  std::vector<std::string> categories = {"additive", "column", "model-wide", "unknown"};
};

// `; 3 models are downstream`.
std::string downstream_of(const LintProject& project, NodeId id) {
  NodeSet start(project.project().size());
  start.insert(id);
  std::size_t models = 0;
  descendants(project.project(), start).for_each([&](NodeId other) {
    if (other != id && project.node(other).resource_type == ResourceType::kModel) ++models;
  });
  if (models == 0) return {};
  return fmt::format("; {} {} {} downstream", models, plural(models, "model", "models"), models == 1 ? "is" : "are");
}

std::string list_of(const std::vector<std::string>& names) {
  return name_list(std::vector<std::string_view>(names.begin(), names.end()));
}

std::string words_of(const QueryChange& change) {
  switch (change.category) {
    case ChangeCategory::kUnchanged:
      return "concerns comments, blanks or config() alone: its query is the same";
    case ChangeCategory::kAdditive:
      return fmt::format("only adds {}: the columns and rows that were there stay as they are",
                         list_of(change.columns));
    case ChangeCategory::kColumn:
      if (change.columns.empty())
        return "puts columns into another order: who reads them by their names is not touched";
      return fmt::format("concerns {} alone: the rows and the other columns stay as they are", list_of(change.columns));
    case ChangeCategory::kModelWide:
      return "concerns which rows there are (what is read, joined, filtered or grouped): any column may have other "
             "values";
    case ChangeCategory::kUnknown:
      break;
  }
  return "cannot be told from its text: any column and row may be another one";
}

bool is_sql_query(const NodeRecord& node) {
  return (node.resource_type == ResourceType::kModel || node.resource_type == ResourceType::kSnapshot) &&
         (node.language.empty() || node.language == "sql") && !node.raw_code.empty();
}

Result<void> check(const LintProject& project, const RuleScope& scope, const ChangeCategoryOptions& options,
                   Violations& violations) {
  for (const auto& [id, previous] : project.index<DifferingNodes>().columns) {
    if (!scope.contains(id) || !is_sql_query(project.node(id))) continue;
    if (project.code(id) == project.state()->code(previous)) continue;
    const QueryChange change = compare_queries(project.state()->sql(previous), project.sql(id));
    if (std::ranges::find(options.categories, to_string(change.category)) == options.categories.end()) continue;
    const bool reaches = change.category >= ChangeCategory::kColumn;
    violations.push_back({.node = id,
                          .message = fmt::format("{} change: that of {} {}{}", to_string(change.category),
                                                 printable(project.node(id).name), words_of(change),
                                                 reaches ? downstream_of(project, id) : std::string()),
                          .key = "category"});
  }
  return {};
}

const RegisterRule<ChangeCategoryOptions> rule{
    {.name = "change-category",
     .subject = "change",
     .summary = "what the change of a model's query may do: to all of it, to some columns, or only add some",
     .what = "Compares the code of models and snapshots with the earlier manifest (`--state`) and sorts each change: "
             "`additive` (new columns, nothing else), `column` (some columns are computed otherwise, gone or "
             "elsewhere in the list), `model-wide` (what is read, joined, filtered or grouped differs, also through a "
             "changed column of a CTE), `unchanged` (comments, blanks, config()), `unknown` (Jinja in the select list, "
             "set operations, columns without names). It is the most that the change may do: a query that is only "
             "written another way counts as changed.",
     .why = "A reviewer looks longer at a changed join than at a new column, and need not rebuild everything "
            "downstream for one.",
     .example = R"(```sql
select id, amount from {{ ref('stg_orders') }} where not is_test   -- the condition is new: model-wide
```)",
     .use_instead = R"(```sql
select id, amount, is_test from {{ ref('stg_orders') }}            -- additive
```)",
     .basis = "The raw code of the two manifests.",
     .severity = Severity::kWarn,
     .presets = kOnRequest,
     .needs = kNeedsState},
    {option<&ChangeCategoryOptions::categories>("categories", "Which changes are reported.",
                                                {"additive", "column", "model-wide", "unknown", "unchanged"})},
    check};

}  // namespace
}  // namespace plowline
