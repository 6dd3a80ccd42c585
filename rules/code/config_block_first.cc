#include <fmt/format.h>
#include <optional>

#include "lint/parallel.h"
#include "lint/rule.h"
#include "rules/code/code_survey.h"
#include "source/jinja_syntax.h"

namespace plowline {
namespace {

using PartKind = SqlText::PartKind;

// Blanks, and the mark that some editors put at the beginning of a file.
constexpr std::string_view kBlanks = " \t\r\n\f\v\xEF\xBB\xBF";

// Where the query's SQL begins: no comment, no Jinja, nothing that {% set %} or {% macro %} keeps for later.
std::optional<std::size_t> first_sql(const SqlText& sql) {
  std::size_t blocks = 0;
  for (const SqlText::Part& part : sql.parts()) {
    const std::string_view text = sql.text_of(part);
    if (part.kind == PartKind::kJinjaStatement) {
      const JinjaBranching branching = block_of(text);
      if (branching == JinjaBranching::kText) ++blocks;
      if (branching == JinjaBranching::kEndText && blocks > 0) --blocks;
    }
    const bool code =
        part.kind == PartKind::kSql || part.kind == PartKind::kSqlString || part.kind == PartKind::kQuotedIdentifier;
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (!code || blocks > 0 || begin == std::string_view::npos) continue;
    return part.offset + begin;
  }
  return std::nullopt;
}

void look_at(const LintProject& project, NodeId id, Violations& found) {
  const SqlText sql(project.code(id));
  const auto begin = first_sql(sql);
  if (!begin) return;
  for (const SqlText::Call& call : sql.calls("config")) {
    if (call.name != "config" || call.in_sql_comment || call.offset < *begin) continue;
    found.push_back(
        {.node = id,
         .message = fmt::format("config() of {} stands behind the beginning of its SQL: dbt reads it all the "
                                "same, but whoever opens the file sees the query and not how it is built",
                                printable(project.node(id).name)),
         .at = Anchor::code(call.offset, call.length),
         .key = "config"});
    return;
  }
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const auto& surveys = project.index<CodeSurveys>();
  std::vector<NodeId> nodes;
  scope.for_each(ResourceType::kModel, [&](NodeId id) {
    if (surveys.of(id).config) nodes.push_back(id);
  });
  violations =
      collect_in_parallel<Violation>(nodes, [&](NodeId id, Violations& found) { look_at(project, id, found); });
  return {};
}

const RegisterRule<> rule{
    {.name = "config-block-first",
     .subject = "code",
     .summary = "config() stands behind the beginning of a model's SQL",
     .what = "Finds models whose SQL begins before their `{{ config(…) }}`. Comments, `{% set %}` and other Jinja "
             "statements may stand before it.",
     .why = "How a model is built is looked for at the top. A second config() further down, or one that is overlooked, "
            "overrides what the top says.",
     .example = R"(```sql models/orders.sql
select 1 as id
{{ config(materialized='table') }}
```
)",
     .use_instead = R"(```sql models/orders.sql
{{ config(materialized='table') }}
select 1 as id
```
)",
     .basis = "dbt-doctor: `jinja-config-block`. dbt's style guide: the config block at the top of the model.",
     .presets = kOnRequest},
    check};

}  // namespace
}  // namespace plowline
