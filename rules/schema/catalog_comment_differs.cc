#include <fmt/format.h>

#include "diagnostic/name_list.h"
#include "lint/rule.h"
#include "rules/schema/catalog_comments.h"

namespace plowline {
namespace {

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const CataloguedNode& node : catalogued_nodes(project, scope)) {
    if (!same_as_in_state(project, node.id)) continue;
    const auto names = differing_comments(project, node, {});
    if (names.empty()) continue;
    violations.push_back(
        {.node = node.id,
         .message = fmt::format("comments in {} are not the descriptions here, although persist_docs writes them: {}; "
                                "who looks into the warehouse reads something else until the next full build",
                                shown(*node.table), name_list(names, kFewNames)),
         .at = Anchor::properties(),
         .key = "comments"});
  }
  return {};
}

const RegisterRule<> rule{
    {.name = "schema-catalog-comment-differs",
     .subject = "schema",
     .summary = "a comment in the warehouse is not the description that persist_docs should have written",
     .what = "For models, seeds and snapshots that are tables and whose `persist_docs` is on: compares descriptions "
             "with the "
             "comments in catalog.json, of the table (`relation: true`) and of its columns (`columns: true`). A "
             "comment that "
             "the warehouse has cut off counts as the same.",
     .why =
         "The warehouse's users read comments, not dbt's documentation. Comments differ where the table was not built "
         "since the description changed, or where somebody edits them by hand, which the next build undoes.",
     .example = R"(```yaml
models:
  - name: orders
    description: One row per order   # the comment in the warehouse: "old orders table"
    config: {persist_docs: {relation: true}}
```)",
     .use_instead = R"(```shell
dbt run --select orders
```)",
     .basis = "dbt's documentation of persist_docs; catalog.json: `comment` of tables and columns.",
     .severity = Severity::kWarn,
     .presets = kStrict,
     .needs = kNeedsCatalog},
    check};

}  // namespace
}  // namespace plowline
