#include "rules/columns/pii_lineage.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

#include "artifact/text_search.h"
#include "graph/walk.h"
#include "rules/schema/catalog_tables.h"
#include "rules/schema/produced_columns.h"
#include "rules/schema/relation.h"

namespace plowline {
namespace {

bool is_tag(RawJson tags, std::string_view tag) {
  return std::ranges::any_of(texts_of(tags), [&](const std::string& one) { return same_name(one, tag, true); });
}

// `pii: true`, `classification: pii`, `classification: [pii, gdpr]`. Letter case of values and tags does not count.
bool says(RawJson meta, const std::string& word) {
  if (truthy(member_of(meta, word))) return true;
  const auto checked = check(meta);
  if (!checked) return false;
  return std::ranges::any_of(checked->members(),
                             [&](const auto& member) { return is_tag({member.second.bytes()}, word); });
}

bool is_word_of_name(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  return lower;
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  return upper;
}

// Where the item of the select list begins that ends at `end`: behind the last comma outside brackets, behind `select`,
// or behind an open bracket.
std::size_t start_of_item(std::string_view sql, std::size_t end) {
  constexpr std::string_view kSelect = "select";
  int depth = 0;
  for (std::size_t i = end; i-- > 0;) {
    if (sql[i] == ')' || sql[i] == ']' || sql[i] == '}') ++depth;
    if (sql[i] == '(' || sql[i] == '[' || sql[i] == '{') --depth;
    if (depth < 0 || (depth == 0 && sql[i] == ',')) return i + 1;
    const bool is_select = depth == 0 && sql.substr(i).starts_with(kSelect) && (i == 0 || !is_word_of_name(sql[i - 1]));
    if (is_select) return i + kSelect.size();
  }
  return 0;
}

// Functions and values that leave nothing readable of a column, in lower case.
bool hides_values(std::string_view expression) {
  static constexpr std::array<std::string_view, 17> kHiding = {
      "md5",     "sha1", "sha2",   "sha256", "sha512", "hash",   "farm_fingerprint",       "hmac",          "digest",
      "encrypt", "mask", "anonym", "redact", "pseudo", "tokeni", "generate_surrogate_key", "regexp_replace"};
  if (std::ranges::any_of(kHiding, [&](std::string_view word) { return expression.find(word) != expression.npos; })) {
    return true;
  }
  // A constant: `'***'`, `null`, `cast(null as text)`.
  const std::size_t first = std::min(expression.find_first_not_of(" \t\r\n("), expression.size());
  const std::string_view rest = expression.substr(first);
  return rest.starts_with('\'') || rest.starts_with("null") || rest.starts_with("cast(null");
}

// Whether the code gives the column, under its own name, as something that hides its values: `md5(email) as email`.
bool hides_column(std::string_view code, std::string_view column) {
  const std::string sql = lower_case(code);
  for (std::size_t at = sql.find(column); at != std::string::npos; at = sql.find(column, at + 1)) {
    const std::size_t end = at + column.size();
    if ((at > 0 && is_word_of_name(sql[at - 1])) || (end < sql.size() && is_word_of_name(sql[end]))) continue;
    std::size_t before = at;
    while (before > 0 && std::string_view(" \t\r\n\"`").find(sql[before - 1]) != std::string_view::npos) --before;
    const bool is_alias =
        before >= 3 && before < at && sql.compare(before - 2, 2, "as") == 0 && !is_word_of_name(sql[before - 3]);
    if (!is_alias) continue;
    const std::size_t start = start_of_item(sql, before - 2);
    if (hides_values(std::string_view(sql).substr(start, before - 2 - start))) return true;
  }
  return false;
}

class PiiWalk {
 public:
  PiiWalk(const LintProject& project, const PiiMarks& marks, const NodeSet& nodes)
      : project_(project), marks_(marks), upper_case_tag_(upper_case(marks.tag)), within_(nodes) {
    within_ |= ancestors(project.project(), nodes);
  }

  PiiColumns walk() && {
    within_.for_each([&](NodeId id) { begin_at(id); });
    while (!open_.empty()) {
      const auto [node, column] = open_.front();
      open_.pop_front();
      for (const NodeId child : project_.project().children(node)) {
        if (!within_.contains(child)) continue;
        if (auto carried = carried_to(child, node, column)) add(child, *std::move(carried));
      }
    }
    return std::move(found_);
  }

 private:
  bool holds_rows(NodeId id) const {
    const ResourceType type = project_.project().type(id);
    return project_.project().enabled(id) && (type == ResourceType::kModel || type == ResourceType::kSnapshot ||
                                              type == ResourceType::kSource || type == ResourceType::kSeed);
  }

  // Only few nodes have the word anywhere in what is looked at.
  bool may_say(RawJson raw) const { return has_text(raw.bytes, marks_.tag) || has_text(raw.bytes, upper_case_tag_); }

  void begin_at(NodeId id) {
    if (!holds_rows(id)) return;
    const NodeRecord& node = project_.node(id);
    bool has_columns = false;
    if (may_say(node.columns)) {
      for (const Column& column : project_.columns(id)) {
        if (!is_tag(column.tags, marks_.tag) && !says(column.meta, marks_.tag)) continue;
        has_columns = true;
        if (!is_masked(id, &column)) add(id, {std::string(column.name), id, id, true});
      }
    }
    // A node that says which of its columns are meant is not meant as a whole.
    const bool whole =
        std::ranges::any_of(node.tags, [&](std::string_view tag) { return same_name(tag, marks_.tag, true); }) ||
        (may_say(node.meta) && says(node.meta, marks_.tag));
    if (whole && !has_columns && !is_masked(id, nullptr)) add(id, {{}, id, id, true});
  }

  bool is_masked(NodeId id, const Column* column) const {
    const auto says_so = [&](RawJson meta, RawJson tags) {
      return truthy(member_of(meta, marks_.masked_key)) || is_tag(tags, marks_.masked_key);
    };
    if (column != nullptr && says_so(column->meta, column->tags)) return true;
    const NodeRecord& node = project_.node(id);
    return (has_text(node.meta.bytes, marks_.masked_key) && truthy(member_of(node.meta, marks_.masked_key))) ||
           std::ranges::find(node.tags, marks_.masked_key) != node.tags.end();
  }

  void add(NodeId id, PiiColumn column) {
    std::vector<PiiColumn>& columns = found_[id];
    const auto same = [&](const PiiColumn& other) { return same_name(other.name, column.name, true); };
    const auto known = std::ranges::find_if(columns, same);
    if (known != columns.end()) return;
    open_.emplace_back(id, column);
    columns.push_back(std::move(column));
  }

  std::optional<PiiColumn> carried_to(NodeId child, NodeId from, const PiiColumn& column) const {
    if (!holds_rows(child)) return std::nullopt;
    const Column* declared = column.name.empty() ? nullptr : project_.column(child, column.name);
    if (is_masked(child, declared)) return std::nullopt;
    PiiColumn carried{column.name, column.origin, from, true};
    if (column.name.empty()) return carried;
    const std::string name = lower_case(column.name);
    if (hides_column(project_.code(child), name)) return std::nullopt;
    if (declared != nullptr) return carried;
    if (const CatalogTable* table = catalog_table_of(project_, child); table != nullptr && !table->columns.empty()) {
      const auto is_it = [&](const CatalogColumn& other) { return same_name(other.name, name, true); };
      return std::ranges::any_of(table->columns, is_it) ? std::optional(carried) : std::nullopt;
    }
    if (const auto produced = produced_columns(project_, child)) {
      return std::ranges::find(*produced, name) != produced->end() ? std::optional(carried) : std::nullopt;
    }
    if (gives_column(project_, child, name) == Given::kNo) return std::nullopt;
    carried.known = false;
    return carried;
  }

  const LintProject& project_;
  const PiiMarks& marks_;
  std::string upper_case_tag_;
  NodeSet within_;
  PiiColumns found_;
  std::deque<std::pair<NodeId, PiiColumn>> open_;
};

}  // namespace

PiiColumns pii_columns(const LintProject& project, const PiiMarks& marks, const NodeSet& nodes) {
  return PiiWalk(project, marks, nodes).walk();
}

}  // namespace plowline
