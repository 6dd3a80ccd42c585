#include "rules/schema/produced_columns.h"

#include <algorithm>
#include <array>
#include <span>

#include "rules/schema/relation.h"
#include "rules/schema/sql_words.h"

namespace plowline {
namespace {

using Columns = std::optional<std::vector<std::string>>;

// How many models that hand all columns on are followed in a row.
constexpr int kMostSteps = 6;

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

// (A table: whole queries are cut into words by it.)
constexpr std::array<bool, 256> kWordBytes = [] {
  std::array<bool, 256> bytes{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$")) {
    bytes[static_cast<unsigned char>(c)] = true;
  }
  return bytes;
}();

bool is_word_byte(char c) {
  return kWordBytes[static_cast<unsigned char>(c)];
}

// Its table has the query's columns and no others.
bool builds_the_query(const LintProject& project, NodeId id) {
  static constexpr std::array<std::string_view, 7> kBuilds = {
      "table", "view", "incremental", "ephemeral", "materialized_view", "dynamic_table", "snowplow_incremental"};
  const NodeRecord& node = project.node(id);
  if (node.resource_type != ResourceType::kModel || (!node.language.empty() && node.language != "sql")) return false;
  return is_one_of(project.config(id).materialized, kBuilds);
}

std::vector<std::string> words_of(std::string_view sql) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (!is_word_byte(sql[i])) continue;
    std::string word;
    for (; i < sql.size() && is_word_byte(sql[i]); ++i) word += ascii_lower(sql[i]);
    words.push_back(std::move(word));
  }
  return words;
}

// What SqlWords would take for a select list that it is not: `select 1 union all select 2`, `from t select a`,
// BigQuery's `select as value`, a pivot.
bool is_odd(std::string_view sql) {
  static constexpr std::array<std::string_view, 3> kBegin = {"select", "with", "create"};
  const std::vector<std::string> words = words_of(sql);
  if (words.empty() || !is_one_of(words.front(), kBegin)) return true;
  const auto has = [&](std::string_view word) { return std::ranges::find(words, word) != words.end(); };
  if (!has("from") && (has("union") || has("intersect"))) return true;
  if (has("pivot") || has("unpivot") || has("match_recognize")) return true;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "select" && words[i + 1] == "as") return true;
  }
  return false;
}

// `a::timestamp with time zone` and `a::double precision` without an alias: the word behind is no name of a column.
bool has_word_of_type(const std::vector<std::string>& names) {
  static constexpr std::array<std::string_view, 5> kWords = {"zone", "precision", "varying", "unsigned", "nulls"};
  return std::ranges::any_of(names, [](const std::string& name) { return is_one_of(name, kWords); });
}

std::string_view first_word(std::string_view tag) {
  const std::size_t start = std::min(tag.find_first_not_of("{%-+ \t\r\n"), tag.size());
  std::size_t end = start;
  while (end < tag.size() && is_word_byte(tag[end])) ++end;
  return tag.substr(start, end - start);
}

// Jinja that leaves the text's own first select list the query's: conditions and loops without SELECT in them,
// assignments, and no call in front of the query that might write another.
bool jinja_is_plain(const SqlText& sql) {
  static constexpr std::array<std::string_view, 5> kKnown = {"if", "elif", "else", "endif", "set"};
  static constexpr std::array<std::string_view, 1> kHarmless = {"config"};
  int inside = 0;
  bool query_began = false;
  for (const SqlText::Part& part : sql.parts()) {
    if (part.within == SqlText::PartKind::kSqlComment) continue;
    const std::string_view text = sql.text_of(part);
    if (part.kind == SqlText::PartKind::kJinjaRaw) return false;
    if (part.kind == SqlText::PartKind::kJinjaStatement) {
      const std::string_view word = first_word(text);
      if (!is_one_of(word, kKnown) || (word == "set" && text.find('=') == std::string_view::npos)) return false;
      if (word == "if") ++inside;
      if (word == "endif") --inside;
    } else if (part.kind == SqlText::PartKind::kJinjaExpression) {
      if (!query_began && !is_one_of(first_word(text), kHarmless)) return false;
    } else if (part.kind == SqlText::PartKind::kSql) {
      const auto words = words_of(text);
      query_began = query_began || !words.empty();
      if (inside > 0 && std::ranges::find(words, "select") != words.end()) return false;
    }
  }
  return true;
}

// Where `word` stands last in `text` as a word of its own, in any letter case; npos where it does not.
std::size_t last_word(std::string_view text, std::string_view word) {
  const char lower = ascii_lower(word.front());
  const char upper = lower >= 'a' && lower <= 'z' ? static_cast<char>(lower - 'a' + 'A') : lower;
  for (std::size_t i = text.size() + 1 - std::min(word.size(), text.size()); i-- > 0;) {
    if ((text[i] != lower && text[i] != upper) || i + word.size() > text.size()) continue;
    const bool begins = i == 0 || !is_word_byte(text[i - 1]);
    const bool ends = i + word.size() == text.size() || !is_word_byte(text[i + word.size()]);
    const auto same = [](char a, char b) { return ascii_lower(a) == ascii_lower(b); };
    if (begins && ends && std::ranges::equal(text.substr(i, word.size()), word, same)) return i;
  }
  return std::string_view::npos;
}

// The text from the last select on, or, of `select * from final`, from where `final` is defined: a cheap look before a
// whole query is taken apart.
std::string_view end_of_query(std::string_view code) {
  const std::size_t select = last_word(code, "select");
  if (select == std::string_view::npos) return code;
  constexpr std::size_t kLongest = 200;  // of `select * from final` with blanks and a comment
  if (code.size() - select > kLongest) return code.substr(select);
  const std::vector<std::string> words = words_of(code.substr(select));
  if (words.size() != 3 || words[1] != "from") return code.substr(select);
  const std::size_t defined = last_word(code.substr(0, select), words[2]);
  return code.substr(defined == std::string_view::npos ? 0 : defined);
}

// Whether `rest` is what may stand behind an item of a select list: a comma, `from`, or nothing.
bool follows_an_item(std::string_view rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of("\"`] \t\r\n"), rest.size()));
  const bool before_from = rest.size() > 4 && !is_word_byte(rest[4]) && same_name(rest.substr(0, 4), "from", true);
  return rest.empty() || rest.front() == ',' || before_from;
}

// The words of `text` that stand where an item of a select list ends.
std::vector<std::string_view> ends_of_items(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    while (at < text.size() && is_word_byte(text[at])) ++at;
    if (at == start) {
      ++at;
    } else if (follows_an_item(text.substr(at))) {
      words.push_back(text.substr(start, at - start));
    }
  }
  return words;
}

Columns complete(const SqlWords::Output& output) {
  if (!output.complete || output.names.empty() || has_word_of_type(output.names)) return std::nullopt;
  return output.names;
}

Columns columns_of(const LintProject& project, NodeId id, int steps) {
  if (!builds_the_query(project, id)) return std::nullopt;
  const std::string_view compiled = project.compiled_code(id);
  const SqlText scanned(compiled);
  const SqlText& sql = compiled.empty() ? project.sql(id) : scanned;
  if ((compiled.empty() && !jinja_is_plain(sql)) || is_odd(sql.sql_only())) return std::nullopt;
  const SqlWords words =
      compiled.empty() ? SqlWords::of_raw_code(project, id, id) : SqlWords::of_compiled_code(project, id, id);
  if (auto columns = complete(words.output())) return columns;
  const auto parents = project.project().parents(id);
  if (steps == 0 || parents.size() != 1 || !words.passes_all_on()) return std::nullopt;
  const bool is_plain_star = std::ranges::count(words_of(sql.sql_only()), "join") == 0 &&
                             sql.sql_only().find(',') == std::string::npos &&
                             std::ranges::count(words_of(sql.sql_only()), "from") == 1;
  return is_plain_star ? columns_of(project, parents.front(), steps - 1) : std::nullopt;
}

}  // namespace

std::optional<std::vector<std::string>> produced_columns(const LintProject& project, NodeId model) {
  return columns_of(project, model, kMostSteps);
}

std::string_view plain_column_name(std::string_view text) {
  constexpr std::string_view kAround = " \t\"`[]";
  const std::size_t start = text.find_first_not_of(kAround);
  if (start == std::string_view::npos) return {};
  const std::string_view name = text.substr(start, text.find_last_not_of(kAround) - start + 1);
  const bool plain = std::ranges::all_of(name, is_word_byte) && !(name.front() >= '0' && name.front() <= '9');
  return plain ? name : std::string_view();
}

const std::vector<std::string_view>& ProducedColumns::seen_at_once() {
  if (!seen_at_once_) seen_at_once_ = ends_of_items(end_of_query(project_.code(model_)));
  return *seen_at_once_;
}

const std::optional<std::vector<std::string>>& ProducedColumns::all() {
  if (!all_) all_ = produced_columns(project_, model_);
  return *all_;
}

Given ProducedColumns::gives(std::string_view column) {
  const std::string_view name = plain_column_name(column);
  if (name.empty() || !builds_the_query(project_, model_)) return Given::kUnknown;
  const auto is_it = [&](std::string_view its) { return same_name(its, name, true); };
  // Where it is seen at once to be given the query need not be taken apart.
  if (std::ranges::any_of(seen_at_once(), is_it)) return Given::kUnknown;
  if (all()) return std::ranges::any_of(*all(), is_it) ? Given::kYes : Given::kNo;
  return gives_column(project_, model_, name) == Given::kNo ? Given::kNo : Given::kUnknown;
}

}  // namespace plowline
