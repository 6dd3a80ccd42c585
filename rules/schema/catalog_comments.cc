#include "rules/schema/catalog_comments.h"

#include <algorithm>
#include <string_view>

namespace plowline {
namespace {

std::string_view without_blanks_at_ends(std::string_view text) {
  constexpr std::string_view kBlankCharacters = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlankCharacters);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlankCharacters) - first + 1);
}

std::string comparable(std::string_view text, const CommentComparison& comparison) {
  std::string out(without_blanks_at_ends(text));
  if (comparison.case_insensitive) std::ranges::transform(out, out.begin(), ascii_lower);
  return out;
}

// Warehouses cut long comments off (BigQuery at 1,024 characters, Redshift and others at theirs).
bool says_the_same(const std::string& description, const std::string& comment, const CommentComparison& comparison) {
  constexpr std::size_t kShortestCut = 200;
  if (description == comment) return true;
  if (comment.empty() || description.empty()) return false;
  if (comparison.prefix_only && comment.starts_with(description)) return true;
  return (comparison.prefix_only || comment.size() >= kShortestCut) && description.starts_with(comment);
}

// `persisted`: persist_docs writes the comment.
bool differs(std::string_view description, std::string_view comment, bool persisted,
             const CommentComparison& comparison) {
  const std::string described = comparable(description, comparison);
  const std::string commented = comparable(comment, comparison);
  if (says_the_same(described, commented, comparison)) return false;
  if (described.empty()) return comparison.unpersisted;
  return persisted || (comparison.unpersisted && !commented.empty());
}

}  // namespace

std::vector<std::string> differing_comments(const LintProject& project, const CataloguedNode& node,
                                            const CommentComparison& comparison) {
  std::vector<std::string> names;
  // dbt writes no comments on sources, and on views not everywhere.
  const NodeRecord& record = project.node(node.id);
  const bool may_persist = record.resource_type != ResourceType::kSource && node.table->kind == RelationKind::kTable;
  const RawJson persist = may_persist ? project.config(node.id).persist_docs : RawJson{};
  const bool of_table = may_persist && truthy(member_of(persist, "relation"));
  const bool of_columns = may_persist && truthy(member_of(persist, "columns"));
  if (!of_table && !of_columns && !comparison.unpersisted) return names;
  if (differs(unescaped_text(record.description), node.table->comment, of_table, comparison) &&
      (of_table || comparison.unpersisted)) {
    names.emplace_back("the table");
  }
  if (!of_columns && !comparison.unpersisted) return names;
  const std::span<const Column> declared = project.columns(node.id);
  const MatchedColumns matched = match_columns(project, node);
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const CatalogColumn* column = matched.of_declared[i];
    if (column == nullptr || is_field(column->name)) continue;
    if (differs(declared[i].description, column->comment, of_columns, comparison)) names.emplace_back(declared[i].name);
  }
  return names;
}

}  // namespace plowline
