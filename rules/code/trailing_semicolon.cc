#include <fmt/format.h>
#include <optional>

#include "artifact/text_search.h"
#include "lint/rule.h"
#include "rules/code/code_survey.h"

namespace plowline {
namespace {

using PartKind = SqlText::PartKind;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

// The semicolon behind which nothing but blanks and comments stands.
std::optional<std::size_t> final_semicolon(const SqlText& sql) {
  const auto parts = sql.parts();
  for (std::size_t i = parts.size(); i-- > 0;) {
    const SqlText::Part& part = parts[i];
    if (part.kind == PartKind::kSqlComment || part.kind == PartKind::kJinjaComment) continue;
    if (part.within == PartKind::kSqlComment) continue;  // Jinja in a comment
    const std::string_view text = sql.text_of(part);
    if (part.kind != PartKind::kSql) return std::nullopt;
    if (is_blank(text)) continue;
    const std::size_t last = text.find_last_not_of(" \t\r\n\f\v");
    return text[last] == ';' ? std::optional(part.offset + last) : std::nullopt;
  }
  return std::nullopt;
}

// Whether the node is a query with a semicolon somewhere in its SQL.
bool has_semicolon(const LintProject& project, const CodeSurveys& surveys, NodeId id) {
  const ResourceType type = project.project().type(id);
  if (type == ResourceType::kModel) return surveys.of(id).semicolon;
  if (type != ResourceType::kSnapshot && type != ResourceType::kTest) return false;
  const NodeRecord& node = project.node(id);
  return node.test_metadata.empty() && node.language != "python" && project.project().enabled(id) &&
         has_text(node.raw_code.bytes, ";");
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  const auto& surveys = project.index<CodeSurveys>();
  scope.nodes().for_each([&](NodeId id) {
    if (!has_semicolon(project, surveys, id)) return;
    const auto at = final_semicolon(SqlText(project.code(id)));
    if (!at) return;
    violations.push_back({.node = id,
                          .message = fmt::format("{} ends with a semicolon: dbt puts the query into a statement of its "
                                                 "own (create table as, a test's count), which ends there, in a syntax "
                                                 "error on most databases",
                                                 printable(project.node(id).name)),
                          .at = Anchor::code(*at, 1),
                          .key = "semicolon"});
  });
  return {};
}

const RegisterRule<> rule{
    {.name = "trailing-semicolon",
     .subject = "code",
     .summary = "a query ends with a semicolon",
     .what = "Finds models, snapshots and singular tests whose SQL ends with `;`; comments behind it do not matter. A "
             "semicolon in a comment or a string is none.",
     .why =
         "dbt writes the query into a larger statement: `create view … as (…)`. With a semicolon in the brackets, it "
         "is cut in two.",
     .example = R"(```sql models/orders.sql
select 1 as id;
```
)",
     .use_instead = R"(```sql models/orders.sql
select 1 as id -- the first one;
```
)",
     .basis = "dbt-checkpoint: `check-script-semicolon`; dbt-bouncer: `check_model_has_semi_colon`. Both look at the "
              "very last character, and so take a comment's semicolon for the query's.",
     .presets = kStrict},
    check};

}  // namespace
}  // namespace plowline
