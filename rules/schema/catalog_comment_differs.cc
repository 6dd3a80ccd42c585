#include <fmt/format.h>

#include "lint/rule.h"
#include "rules/schema/catalog_tables.h"

namespace plowline {
namespace {

std::string_view without_blanks_at_ends(std::string_view text) {
  constexpr std::string_view kBlankCharacters = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlankCharacters);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlankCharacters) - first + 1);
}

// Warehouses cut long comments off (BigQuery at 1,024 characters, Redshift and others at theirs).
bool says_the_same(std::string_view description, std::string_view comment) {
  constexpr std::size_t kShortestCut = 200;
  description = without_blanks_at_ends(description);
  comment = without_blanks_at_ends(comment);
  return description == comment || (comment.size() >= kShortestCut && description.starts_with(comment));
}

// What of the node differs: `the table`, and columns by their names.
std::vector<std::string> differing(const LintProject& project, const CataloguedNode& node, bool of_table,
                                   bool of_columns) {
  std::vector<std::string> names;
  const std::string description = unescaped_text(project.node(node.id).description);
  if (of_table && !description.empty() && !says_the_same(description, node.table->comment))
    names.emplace_back("the table");
  if (!of_columns) return names;
  const std::span<const Column> declared = project.columns(node.id);
  const MatchedColumns matched = match_columns(project, node);
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const CatalogColumn* column = matched.of_declared[i];
    if (column == nullptr || is_field(column->name) || declared[i].description.empty()) continue;
    if (!says_the_same(declared[i].description, column->comment)) names.emplace_back(declared[i].name);
  }
  return names;
}

Result<void> check(const LintProject& project, const RuleScope& scope, const NoOptions&, Violations& violations) {
  for (const CataloguedNode& node : catalogued_nodes(project, scope)) {
    if (project.node(node.id).resource_type == ResourceType::kSource || node.table->kind != RelationKind::kTable ||
        !same_as_in_state(project, node.id)) {
      continue;  // (dbt writes no comments on sources, and on views not everywhere)
    }
    const RawJson persist = project.config(node.id).persist_docs;
    const bool of_table = truthy(member_of(persist, "relation"));
    const bool of_columns = truthy(member_of(persist, "columns"));
    if (!of_table && !of_columns) continue;
    const auto names = differing(project, node, of_table, of_columns);
    if (names.empty()) continue;
    violations.push_back(
        {.node = node.id,
         .message = fmt::format("comments in {} are not the descriptions here, although persist_docs writes them: {}; "
                                "who looks into the warehouse reads something else until the next full build",
                                shown(*node.table), listed(names)),
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
