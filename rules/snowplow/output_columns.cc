#include "rules/snowplow/output_columns.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "snowplow/this_run.h"

namespace plowline {
namespace {

// Deeper than any chain of `select *` that people write.
constexpr int kDeepest = 20;

bool is_word(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

bool has_word(std::string_view text, std::string_view word) {
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is_word(text[i])) continue;
    if (same_word(text.substr(start, i - start), word)) return true;
    start = i + 1;
  }
  return false;
}

std::string_view word_before(std::string_view text, std::size_t end) {
  while (end > 0 && is_blank(text[end - 1])) --end;
  std::size_t start = end;
  while (start > 0 && is_word(text[start - 1])) --start;
  return start == end && end > 0 ? text.substr(end - 1, 1) : text.substr(start, end - start);
}

std::string_view word_after(std::string_view text, std::size_t start) {
  while (start < text.size() && is_blank(text[start])) ++start;
  std::size_t end = start;
  while (end < text.size() && is_word(text[end])) ++end;
  return text.substr(start, end - start);
}

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view other) { return same_word(word, other); });
}

// `select *`, `t.*`, `, *`, `* except (…)`: not a product, not count(*).
bool has_star(std::string_view sql) {
  static constexpr std::array<std::string_view, 5> kBefore = {"select", "distinct", "all", ".", ","};
  static constexpr std::array<std::string_view, 6> kAfter = {"from", "except", "exclude", "replace", "rename", "ilike"};
  for (std::size_t at = sql.find('*'); at != std::string_view::npos; at = sql.find('*', at + 1)) {
    if (is_one_of(word_before(sql, at), kBefore) || is_one_of(word_after(sql, at + 1), kAfter)) return true;
  }
  return false;
}

// What gives columns that the text does not name, whatever is read; a text without SELECT is not understood at all.
bool is_opaque(std::string_view sql) {
  return !has_word(sql, "select") || has_word(sql, "pivot") || has_word(sql, "unpivot");
}

// Jinja whose result holds no column: a relation, a condition of snowplow_utils, nothing.
bool is_plain_expression(const SqlText& sql, const SqlText::Part& part) {
  static constexpr std::array<std::string_view, 4> kPlain = {"config", "ref", "source",
                                                             "snowplow_utils.is_run_with_new_events"};
  const std::string_view text = sql.text_of(part);
  std::size_t start = text.find_first_not_of("{-+ \t\r\n");
  if (start == std::string_view::npos) return true;
  std::size_t end = start;
  while (end < text.size() && (is_word(text[end]) || text[end] == '.')) ++end;
  return is_one_of(text.substr(start, end - start), kPlain) || same_word(text.substr(start, end - start), "this");
}

bool is_plain_statement(std::string_view text) {
  static constexpr std::array<std::string_view, 4> kPlain = {"if", "elif", "else", "endif"};
  const std::size_t start = std::min(text.find_first_not_of("{%-+ \t\r\n"), text.size());
  return is_one_of(word_after(text, start), kPlain);
}

bool has_jinja_that_writes_sql(const SqlText& sql) {
  return std::ranges::any_of(sql.parts(), [&](const SqlText::Part& part) {
    if (part.within == SqlText::PartKind::kSqlComment) return false;
    if (part.kind == SqlText::PartKind::kJinjaExpression) return !is_plain_expression(sql, part);
    return part.kind == SqlText::PartKind::kJinjaStatement && !is_plain_statement(sql.text_of(part));
  });
}

// The text without comments and without what config() is given, where the key's own value stands.
std::string code_without_config(const SqlText& sql) {
  std::string out(sql.text());
  const auto blank = [&](std::size_t offset, std::size_t length) {
    for (std::size_t i = offset; i < std::min(offset + length, out.size()); ++i) out[i] = ' ';
  };
  for (const SqlText::Part& part : sql.parts()) {
    if (part.kind == SqlText::PartKind::kSqlComment || part.kind == SqlText::PartKind::kJinjaComment)
      blank(part.offset, part.length);
  }
  for (const SqlText::Call& call : sql.calls("config")) blank(call.offset, call.length);
  return out;
}

class ColumnSearch {
 public:
  ColumnSearch(const LintProject& project, std::string_view column) : project_(project), column_(column) {}

  Given visit(NodeId node, int depth) const {
    const NodeRecord& record = project_.node(node);
    if (project_.column(node, column_) != nullptr) return Given::kYes;
    const bool is_query =
        record.resource_type == ResourceType::kModel || record.resource_type == ResourceType::kSnapshot;
    if (!is_query || depth > kDeepest || (!record.language.empty() && record.language != "sql")) return Given::kUnknown;
    const Given from_code = look_into_code(node, depth);
    return from_code == Given::kUnknown && is_documented_run_table(node) ? Given::kNo : from_code;
  }

 private:
  Given look_into_code(NodeId node, int depth) const {
    const std::string_view compiled = project_.compiled_code(node);
    if (!compiled.empty()) {
      const SqlText sql(compiled);
      return look_into(sql, node, depth);
    }
    return look_into(project_.sql(node), node, depth);
  }

  Given look_into(const SqlText& sql, NodeId node, int depth) const {
    if (has_word(code_without_config(sql), column_)) return Given::kYes;
    const std::string plain = sql.sql_only();
    if (is_opaque(plain) || has_jinja_that_writes_sql(sql)) return Given::kUnknown;
    return has_star(plain) ? ask_parents(node, depth) : Given::kNo;
  }

  Given ask_parents(NodeId node, int depth) const {
    Given answer = Given::kNo;
    bool any = false;
    for (const NodeId parent : project_.project().parents(node)) {
      if (!is_referred_to(node, parent)) continue;
      any = true;
      const Given given = visit(parent, depth + 1);
      if (given == Given::kYes) return given;
      if (given == Given::kUnknown) answer = given;
    }
    return any ? answer : Given::kUnknown;
  }

  // is_run_with_new_events adds edges to tables that the query does not read.
  bool is_referred_to(NodeId node, NodeId parent) const {
    return project_.code(node).find(project_.node(parent).name) != std::string_view::npos;
  }

  // A package documents its `_this_run` tables in full: where it documents one at all it has their timestamps.
  bool is_documented_run_table(NodeId node) const {
    const SnowplowPackage* package = this_run_of(project_.project(), project_.snowplow(), node);
    if (package == nullptr || package->owner == project_.project().root_package()) return false;
    if (project_.node(node).package_name != package->owner) return false;
    return std::ranges::any_of(project_.columns(node), [](const Column& column) {
      return column.name.find("tstamp") != std::string_view::npos;
    });
  }

  const LintProject& project_;
  std::string_view column_;
};

}  // namespace

Given gives_column(const LintProject& project, NodeId model, std::string_view column) {
  return ColumnSearch(project, column).visit(model, 0);
}

}  // namespace plowline
