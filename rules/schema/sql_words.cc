#include "rules/schema/sql_words.h"

#include <algorithm>
#include <array>

#include "rules/schema/relation.h"
#include "source/jinja_syntax.h"

namespace plowline {
namespace {

// What stands for the table in the words: no name of a real query.
constexpr std::string_view kTable = "\x01table";
constexpr std::string_view kOther = "\x01other";
// What stands before the words of a Jinja tag, which stand in brackets.
constexpr std::string_view kStatement = "\x01statement";
constexpr std::string_view kExpression = "\x01expression";

bool is_word_byte(char c) {
  return is_name_byte(c) || c == '$' || c == '\x01';
}

// Words that follow a relation without being its alias.
bool is_keyword(std::string_view word) {
  constexpr std::array<std::string_view, 31> kKeywords = {
      "as",    "on",     "where", "join",    "left",   "right",   "inner", "full",   "outer",      "cross",  "group",
      "order", "limit",  "union", "using",   "having", "qualify", "with",  "select", "intersect",  "except", "lateral",
      "from",  "window", "and",   "natural", "sample", "pivot",   "when",  "final",  "tablesample"};
  return std::ranges::find(kKeywords, word) != kKeywords.end();
}

bool is_name(std::string_view word) {
  return !word.empty() && is_word_byte(word.front()) && !(word.front() >= '0' && word.front() <= '9');
}

// What stands inside of a tag, without the columns that a call leaves out (`star(from=…, except=['email'])`): who names
// them there does not need them.
std::string words_of_tag(std::string_view tag, const std::vector<SqlText::Call>& calls) {
  std::string words(tag);
  for (const SqlText::Call& call : calls) {
    for (const SqlText::Argument& argument : call.arguments) {
      if (argument.name != "except" && argument.name != "exclude") continue;
      const auto at = static_cast<std::size_t>(argument.text.data() - tag.data());
      if (at + argument.text.size() <= words.size()) words.replace(at, argument.text.size(), argument.text.size(), ' ');
    }
  }
  return std::string(inside_of_tag(words));
}

// A Jinja tag as words: the mark of the table where it is nothing but a ref() of it.
void append_tag(std::string_view tag, bool is_expression, const NodeRecord& table, std::string& text) {
  const SqlText scanned(tag);
  const auto calls = scanned.calls();
  const bool is_ref = is_expression && calls.size() == 1 && (calls[0].name == "ref" || calls[0].name == "source");
  if (!is_ref) {
    text += ' ';
    text += is_expression ? kExpression : kStatement;
    text += " (";
    text += words_of_tag(tag, calls);
    text += ") ";
    return;
  }
  std::string_view name;  // the last positional argument
  for (const SqlText::Argument& argument : calls[0].arguments) {
    if (argument.name.empty() && argument.literal) name = *argument.literal;
  }
  text += ' ';
  text += name == table.name ? kTable : kOther;
  text += ' ';
}

std::string raw_text(const LintProject& project, NodeId reader, const NodeRecord& table) {
  const SqlText& sql = project.sql(reader);
  std::string text;
  for (const SqlText::Part& part : sql.parts()) {
    const std::string_view piece = sql.text_of(part);
    switch (part.kind) {
      case SqlText::PartKind::kSql:
      case SqlText::PartKind::kQuotedIdentifier:
        text += piece;
        break;
      case SqlText::PartKind::kJinjaExpression:
      case SqlText::PartKind::kJinjaStatement: {
        if (part.within == SqlText::PartKind::kSqlComment || part.within == SqlText::PartKind::kSqlString) break;
        append_tag(piece, part.kind == SqlText::PartKind::kJinjaExpression, table, text);
        break;
      }
      default:
        text += ' ';
    }
  }
  return text;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  if (what.empty()) return;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

}  // namespace

SqlWords::SqlWords(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (is_word_byte(text[at])) {
      std::string word;
      for (; at < text.size() && is_word_byte(text[at]); ++at) word += ascii_lower(text[at]);
      words_.push_back(std::move(word));
      continue;
    }
    // Quotes around names and strings in Jinja do not count: `"Email"`, cents_to_euros('amount').
    constexpr std::string_view kLeftOut = " \t\r\n\f\v\"'`;";
    if (kLeftOut.find(text[at]) == std::string_view::npos) words_.emplace_back(1, text[at]);
    ++at;
  }
  find_aliases();
}

SqlWords SqlWords::of_raw_code(const LintProject& project, NodeId reader, NodeId table) {
  return SqlWords(raw_text(project, reader, project.node(table)));
}

SqlWords SqlWords::of_compiled_code(const LintProject& project, NodeId reader, NodeId table) {
  const std::string_view code = project.compiled_code(reader);
  std::string text = SqlText(code).sql_only();
  replace_all(text, project.node(table).relation_name, kTable);
  replace_all(text, "__dbt__cte__" + std::string(project.node(table).name), kTable);
  return SqlWords(text);
}

bool SqlWords::is_table(std::string_view word) const {
  return word == kTable || std::ranges::find(aliases_, word) != aliases_.end();
}

bool SqlWords::add_alias(std::string_view word) {
  constexpr std::size_t kMostAliases = 64;  // no query of a person has more; time stays linear
  if (aliases_.size() >= kMostAliases) return false;
  if (!is_name(word) || word.front() == '\x01' || is_keyword(word) || is_table(word)) return false;
  aliases_.emplace_back(word);
  return true;
}

// `from {{ ref('orders') }} as o`, `join orders o`, `orders as (select * from {{ ref('orders') }})`.
void SqlWords::find_aliases() {
  constexpr int kMostRounds = 4;
  bool grew = true;
  for (int round = 0; grew && round < kMostRounds; ++round) {
    grew = false;
    for (std::size_t i = 1; i < words_.size(); ++i) {
      if (!is_table(words_[i])) continue;
      const std::string_view before = at(i - 1);
      if (before != "from" && before != "join" && before != ",") continue;
      grew |= add_alias(at(i + 1) == "as" ? at(i + 2) : at(i + 1));
      const bool is_import = i >= 6 && before == "from" && at(i - 2) == "*" && at(i - 3) == "select" &&
                             at(i - 4) == "(" && at(i - 5) == "as";
      if (is_import) grew |= add_alias(at(i - 6));
    }
  }
}

bool SqlWords::in_using(std::size_t i) const {
  constexpr std::size_t kMostWords = 100;  // in one USING ()
  for (std::size_t back = i; back-- > 0 && i - back < kMostWords;) {
    if (words_[back] == "(") return back > 0 && words_[back - 1] == "using";
    if (words_[back] != "," && !is_name(words_[back])) return false;
  }
  return false;
}

bool SqlWords::reads(std::string_view column, bool elsewhere) const {
  bool defined = false;  // `… as column` stood before: what follows may be that
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (!same_name(words_[i], column, true) || at(i + 1) == "(") continue;
    if (i >= 2 && words_[i - 1] == ".") {
      if (is_table(words_[i - 2])) return true;
    } else if (i >= 1 && words_[i - 1] == "as") {
      defined = true;
    } else if (in_using(i) || (!elsewhere && !defined)) {
      return true;
    }
  }
  return false;
}

bool SqlWords::has(std::string_view column) const {
  return std::ranges::any_of(words_, [&](const std::string& word) { return same_name(word, column, true); });
}

bool SqlWords::has_star() const {
  for (std::size_t i = 1; i < words_.size(); ++i) {
    if (words_[i] != "*") continue;
    const std::string_view before = at(i - 1);
    if (before == "select" || before == "distinct" || before == "." || before == ",") return true;
  }
  return std::ranges::find(words_, "star") != words_.end();
}

bool SqlWords::passes_all_on() const {
  const auto selects = std::ranges::count(words_, "select");
  if (selects != 1) return false;
  const auto select = std::ranges::find(words_, "select");
  return select + 1 != words_.end() && *(select + 1) == "*";
}

bool SqlWords::Output::has(std::string_view column) const {
  return std::ranges::any_of(names, [&](const std::string& name) { return same_name(name, column, true); });
}

SqlWords::Output SqlWords::output() const {
  constexpr int kMostSteps = 8;  // from CTE to CTE
  return output_of(0, words_.size(), kMostSteps);
}

std::size_t SqlWords::closing(std::size_t i) const {
  std::size_t depth = 0;
  for (; i < words_.size(); ++i) {
    if (words_[i] == "(") ++depth;
    if (words_[i] == ")" && --depth == 0) return i;
  }
  return words_.size();
}

// CTEs stand in brackets: the first `select` outside of brackets is the query's own, of a union the first one, which
// names the columns.
SqlWords::Output SqlWords::output_of(std::size_t begin, std::size_t end, int steps) const {
  std::size_t select = begin;
  for (; select < end && words_[select] != "select"; ++select) {
    if (words_[select] == "(") select = std::min(closing(select), end - 1);
  }
  if (select >= end) return {};
  std::size_t from = select + 1;
  for (; from < end && words_[from] != "from"; ++from) {
    if (words_[from] == "(") from = std::min(closing(from), end - 1);
  }
  const bool hands_on = from == select + 2 && at(select + 1) == "*" && from + 1 < end;
  if (!hands_on) return select_list(select + 1, std::min(from, end));
  const std::string_view cte = at(from + 1);
  for (std::size_t i = from + 2; i < end; ++i) {
    if (words_[i] == "join" || words_[i] == "," || words_[i] == ".") return {};
  }
  // Of the CTEs that this query sees: those before it on its own level and on the levels around it, the innermost of
  // that name. What stands inside of another CTE is not seen.
  std::size_t defined = 0;
  for (std::size_t i = 0; i < select; ++i) {
    if (words_[i] != "(") continue;
    const std::size_t close = closing(i);
    if (close >= select) continue;  // around this query
    if (i >= 2 && words_[i - 1] == "as" && words_[i - 2] == cte) defined = i;
    i = close;
  }
  return steps > 0 && defined > 0 ? output_of(defined + 1, closing(defined), steps - 1) : Output{};
}

SqlWords::Output SqlWords::select_list(std::size_t begin, std::size_t end) const {
  Output out{{}, true};
  std::size_t item = begin;
  for (std::size_t i = begin; i <= end; ++i) {
    if (i < end && words_[i] == "(") {
      i = std::min(closing(i), end - 1);
      continue;
    }
    if (i < end && words_[i] == kStatement) out.complete = false;
    if (i < end && words_[i] != ",") continue;
    if (std::string name = name_of_item(item, i); !name.empty()) {
      out.names.push_back(std::move(name));
    } else if (i > item) {  // a comma at the end is allowed by some databases
      out.complete = false;
    }
    item = i + 1;
  }
  return out;
}

// `a`, `t.a`, `… as a`, `… a`; empty where it has no name that can be told.
std::string SqlWords::name_of_item(std::size_t begin, std::size_t end) const {
  constexpr std::array<std::string_view, 13> kOperators = {"and", "or",   "not",  "between", "like", "ilike",   "in",
                                                           "is",  "then", "else", "when",    "case", "interval"};
  if (begin >= end) return {};
  const std::string_view last = at(end - 1);
  if (!is_name(last) || last.front() == '\x01' || last == "end") return {};
  if (end - begin == 1) return std::string(last);
  const std::string_view before = at(end - 2);
  if (before == "." || before == "as" || before == "distinct" || before == "all") return std::string(last);
  if (before == "," || std::ranges::find(kOperators, before) != kOperators.end()) return {};
  const bool ends_a_value = before == ")" || before == "]" || is_word_byte(before.front());
  return ends_a_value ? std::string(last) : std::string();
}

}  // namespace plowline
