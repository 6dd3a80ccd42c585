#include "rules/columns/column_marks.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "diagnostic/name_list.h"
#include "rules/schema/catalog_tables.h"

namespace plowline {
namespace {

bool is_in(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// `the tag pii`, `the meta keys owner and team`.
std::string counted(std::string_view what, const std::vector<std::string>& names) {
  return fmt::format("the {}{} {}", what, names.size() == 1 ? "" : "s", name_list(names, kFewNames));
}

void add_missing_keys(RawJson meta, const ColumnMarks& marks, std::vector<std::string>& complaints) {
  std::vector<std::string> missing;
  for (const std::string& key : marks.required_keys) {
    if (!has_meta(meta, key)) missing.push_back(key);
  }
  if (!missing.empty()) complaints.push_back("lacks " + counted("meta key", missing));
}

void add_unwanted_keys(RawJson meta, const ColumnMarks& marks, std::vector<std::string>& complaints) {
  if (marks.allowed_keys.empty() && marks.allowed_values.empty()) return;
  const auto checked = check(meta);
  if (!checked) return;
  std::vector<std::string> unwanted;
  for (const auto& [key, value] : checked->members()) {
    if (!marks.allowed_keys.empty() && !is_in(marks.allowed_keys, key)) unwanted.emplace_back(key);
    const auto allowed = marks.allowed_values.find(key);
    if (allowed == marks.allowed_values.end()) continue;
    const std::vector<JsonText> elements =
        value.kind() == JsonText::Kind::kArray ? value.items() : std::vector<JsonText>{value};
    for (const JsonText& element : elements) {
      // (As people write it in YAML, and not as Python shows it.)
      const std::string text =
          element.kind() == JsonText::Kind::kBool ? std::string(element.bytes()) : element.scalar();
      if (is_in(allowed->second, text)) continue;
      complaints.push_back(fmt::format("has {} for the meta key {}, which allows {} only", printable(text),
                                       printable(key), name_list(allowed->second, kFewNames)));
    }
  }
  if (!unwanted.empty())
    complaints.push_back(
        fmt::format("has {}, which {} not known", counted("meta key", unwanted), unwanted.size() == 1 ? "is" : "are"));
}

void add_tags(RawJson column_tags, const ColumnMarks& marks, std::vector<std::string>& complaints) {
  if (marks.required_tags.empty() && marks.allowed_tags.empty()) return;
  const std::vector<std::string> tags = texts_of(column_tags);
  std::vector<std::string> missing;
  std::vector<std::string> unwanted;
  std::ranges::copy_if(marks.required_tags, std::back_inserter(missing),
                       [&](const std::string& tag) { return !is_in(tags, tag); });
  std::ranges::copy_if(tags, std::back_inserter(unwanted), [&](const std::string& tag) {
    return !marks.allowed_tags.empty() && !is_in(marks.allowed_tags, tag) && !is_in(marks.required_tags, tag);
  });
  if (!missing.empty()) complaints.push_back("lacks " + counted("tag", missing));
  if (!unwanted.empty())
    complaints.push_back(
        fmt::format("has {}, which {} not known", counted("tag", unwanted), unwanted.size() == 1 ? "is" : "are"));
}

}  // namespace

bool ColumnMarks::ask_nothing() const {
  return required_keys.empty() && allowed_keys.empty() && allowed_values.empty() && required_tags.empty() &&
         allowed_tags.empty();
}

bool has_meta(RawJson meta, std::string_view path) {
  if (!member_of(meta, path).empty()) return true;
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return false;
  const RawJson member = member_of(meta, path.substr(0, dot));
  return !member.empty() && has_meta(member, path.substr(dot + 1));
}

void report_column_marks(const LintProject& project, const RuleScope& scope, ResourceType type,
                         const ColumnMarks& marks, const Pattern& columns, Violations& violations) {
  if (marks.ask_nothing()) return;
  scope.for_each_enabled(type, [&](NodeId id) {
    for (const Column& column : project.columns(id)) {
      if (!columns.empty() && !columns.matches(column.name)) continue;
      std::vector<std::string> complaints;
      add_missing_keys(column.meta, marks, complaints);
      add_unwanted_keys(column.meta, marks, complaints);
      add_tags(column.tags, marks, complaints);
      if (complaints.empty()) continue;
      violations.push_back(
          {.node = id,
           .message =
               fmt::format("the column {} of {} {}: what acts on it (policies, catalogues, selections) takes the "
                           "column for another one than it is",
                           printable(column.name), printable(project.node(id).name), fmt::join(complaints, ", and ")),
           .at = Anchor::column(std::string(column.name)),
           .column = std::string(column.name)});
    }
  });
}

}  // namespace plowline
