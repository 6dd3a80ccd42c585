#include "rules/change/query_change.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "lint/node_parts.h"

namespace plowline {
namespace {

using Tokens = std::vector<std::string>;
using Range = std::span<const std::string>;

bool is_word_byte(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

void append_sql(std::string_view text, Tokens& tokens) {
  for (std::size_t i = 0; i < text.size();) {
    if (is_word_byte(text[i])) {
      std::string word;
      for (; i < text.size() && is_word_byte(text[i]); ++i) word += ascii_lower(text[i]);
      tokens.push_back(std::move(word));
      continue;
    }
    if (!is_blank(text[i]) && text[i] != ';') tokens.emplace_back(1, text[i]);
    ++i;
  }
}

// A tag on one line with one blank between its words.
std::string squeezed(std::string_view tag) {
  std::string out;
  for (const char c : tag) {
    if (!is_blank(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

bool is_config(std::string_view tag) {
  const auto calls = SqlText(tag).calls();
  return !calls.empty() && calls.front().name == "config";
}

// Jinja is one token for each tag: `{{ ref('orders') }}`, `{% if … %}`.
Tokens tokens_of(const SqlText& sql) {
  Tokens tokens;
  for (const SqlText::Part& part : sql.parts()) {
    const std::string_view text = sql.text_of(part);
    switch (part.kind) {
      case SqlText::PartKind::kSql:
        append_sql(text, tokens);
        break;
      case SqlText::PartKind::kSqlString:
      case SqlText::PartKind::kQuotedIdentifier:
        tokens.emplace_back(text);
        break;
      case SqlText::PartKind::kJinjaExpression:
      case SqlText::PartKind::kJinjaStatement:
        if (part.within != SqlText::PartKind::kSqlComment && !is_config(text)) tokens.push_back(squeezed(text));
        break;
      case SqlText::PartKind::kJinjaRaw:
        tokens.push_back("{% raw %}" + std::string(text));
        break;
      case SqlText::PartKind::kSqlComment:
      case SqlText::PartKind::kJinjaComment:
        break;
    }
  }
  return tokens;
}

bool is_statement(const std::string& token) {
  return token.starts_with("{%");
}

// Behind the bracket that opens at `i`; nothing where it is not closed.
std::optional<std::size_t> behind_bracket(Range tokens, std::size_t i) {
  std::size_t depth = 0;
  for (; i < tokens.size(); ++i) {
    if (tokens[i] == "(") ++depth;
    if (tokens[i] == ")" && --depth == 0) return i + 1;
  }
  return std::nullopt;
}

struct Item {
  std::string name;  // empty where it has none that the text tells
  Tokens tokens;
};

// One SELECT: of a CTE, or the last one.
struct Query {
  bool is_plain = false;  // a single SELECT without Jinja blocks around or inside of its list
  std::vector<Item> items;
  Tokens rest;  // plain: all but the list; else everything
};

struct Text {
  std::map<std::string, Query> queries;  // by the CTE's name; the last query's is empty
  Tokens frame;                          // what stands before the first WITH or SELECT
};

std::string name_of(Range item) {
  const auto is_name = [](const std::string& token) {
    return !token.empty() && (is_word_byte(token.front()) || token.front() == '"' || token.front() == '`') &&
           !(token.front() >= '0' && token.front() <= '9');
  };
  if (item.empty() || !is_name(item.back())) return {};
  if (item.size() == 1) return item.back();
  const std::string& before = item[item.size() - 2];
  return before == "as" || before == "." ? item.back() : std::string();
}

bool is_set_operation(const std::string& token) {
  return token == "union" || token == "intersect" || token == "minus";
}

// Where the select list ends; nothing where the query is no plain one.
std::optional<std::size_t> end_of_list(Range tokens, std::size_t list) {
  std::optional<std::size_t> end;
  for (std::size_t i = list; i < tokens.size(); ++i) {
    if (tokens[i] == "(") {
      const auto behind = behind_bracket(tokens, i);
      if (!behind) return std::nullopt;
      i = *behind - 1;
      continue;
    }
    if (is_set_operation(tokens[i]) || (!end && is_statement(tokens[i]))) return std::nullopt;
    // BigQuery's `* except (…)` is no set operation.
    if (tokens[i] == "except" && !(i > 0 && tokens[i - 1] == "*")) return std::nullopt;
    if (tokens[i] == "from" && !end) end = i;
  }
  return end ? end : std::optional(tokens.size());
}

Query query_of(Range tokens) {
  Query query;
  query.rest.assign(tokens.begin(), tokens.end());
  if (tokens.empty() || tokens[0] != "select") return query;
  std::size_t list = 1;
  if (list < tokens.size() && (tokens[list] == "distinct" || tokens[list] == "all")) ++list;
  const auto end = end_of_list(tokens, list);
  if (!end) return query;
  query.is_plain = true;
  query.rest.assign(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(list));
  query.rest.insert(query.rest.end(), tokens.begin() + static_cast<std::ptrdiff_t>(*end), tokens.end());
  std::size_t item = list;
  for (std::size_t i = list; i <= *end; ++i) {
    if (i < *end && tokens[i] == "(") {
      i = *behind_bracket(tokens, i) - 1;
      continue;
    }
    if (i < *end && tokens[i] != ",") continue;
    const Range part = tokens.subspan(item, i - item);
    if (!part.empty()) query.items.push_back({name_of(part), Tokens(part.begin(), part.end())});
    item = i + 1;
  }
  return query;
}

// Nothing where the text is not built as dbt models are: WITH, CTEs, SELECT.
std::optional<Text> text_of(Range tokens) {
  Text text;
  std::size_t i = 0;
  while (i < tokens.size() && tokens[i] != "with" && tokens[i] != "select") text.frame.push_back(tokens[i++]);
  if (i < tokens.size() && tokens[i] == "with") {
    do {
      ++i;
      if (i < tokens.size() && tokens[i] == "recursive") ++i;
      if (i + 2 >= tokens.size() || tokens[i + 1] != "as" || tokens[i + 2] != "(") return std::nullopt;
      const auto behind = behind_bracket(tokens, i + 2);
      if (!behind) return std::nullopt;
      text.queries[tokens[i]] = query_of(tokens.subspan(i + 3, *behind - i - 4));
      i = *behind;
    } while (i < tokens.size() && tokens[i] == ",");
  }
  text.queries[""] = query_of(tokens.subspan(i));
  return text;
}

const Item* find(const std::vector<Item>& items, std::string_view name) {
  const auto found = std::ranges::find(items, name, &Item::name);
  return found == items.end() ? nullptr : &*found;
}

// Compares the two texts query by query and keeps the most that a change may do.
class Comparison {
 public:
  Comparison(const Text& before, const Text& now) : before_(before), now_(now) {}

  QueryChange run() {
    if (before_.frame != now_.frame) raise(ChangeCategory::kUnknown);
    for (const auto& [name, query] : now_.queries) {
      const auto earlier = before_.queries.find(name);
      if (earlier != before_.queries.end()) compare(earlier->second, query);  // who reads a new CTE has changed too
    }
    if (out_.category != ChangeCategory::kUnknown && any_in_rest(touched_)) raise(ChangeCategory::kModelWide);
    if (list_changed_ && any_opaque()) raise(ChangeCategory::kUnknown);
    if (out_.category >= ChangeCategory::kModelWide) out_.columns.clear();
    if (out_.category == ChangeCategory::kAdditive) out_.columns = std::move(added_);
    return std::move(out_);
  }

 private:
  void raise(ChangeCategory category) { out_.category = std::max(out_.category, category); }

  void compare(const Query& before, const Query& now) {
    if (!before.is_plain || !now.is_plain) {
      if (before.rest != now.rest || before.is_plain != now.is_plain) raise(ChangeCategory::kUnknown);
      return;
    }
    if (before.rest != now.rest) raise(ChangeCategory::kModelWide);
    compare_lists(before, now);
  }

  void compare_lists(const Query& before, const Query& now) {
    const bool alike =
        std::ranges::equal(before.items, now.items, [](const Item& a, const Item& b) { return a.tokens == b.tokens; });
    if (alike) return;
    list_changed_ = true;
    if (unnamed(before) != unnamed(now)) return raise(ChangeCategory::kUnknown);
    if (depends_on_list(now)) return raise(ChangeCategory::kModelWide);
    bool differs = false;
    for (const Item& item : now.items) {
      const Item* earlier = find(before.items, item.name);
      if (item.name.empty()) continue;
      if (earlier == nullptr) {
        added_.push_back(item.name);
      } else if (earlier->tokens != item.tokens) {
        differs = true;
        touch(item.name);
      }
    }
    for (const Item& item : before.items) {
      if (item.name.empty() || find(now.items, item.name) != nullptr) continue;
      differs = true;
      touch(item.name);
    }
    raise(differs || !only_added(before, now) ? ChangeCategory::kColumn : ChangeCategory::kAdditive);
  }

  void touch(const std::string& name) {
    if (!touched_.insert(name).second) return;
    out_.columns.push_back(name);
  }

  static std::vector<Tokens> unnamed(const Query& query) {
    std::vector<Tokens> out;
    for (const Item& item : query.items) {
      if (item.name.empty()) out.push_back(item.tokens);
    }
    return out;
  }

  // The rows are those of the list: DISTINCT, GROUP BY ALL.
  static bool depends_on_list(const Query& query) {
    const Tokens& rest = query.rest;
    if (rest.size() > 1 && rest[1] == "distinct") return true;
    for (std::size_t i = 0; i + 2 < rest.size(); ++i) {
      if (rest[i] == "group" && rest[i + 1] == "by" && (rest[i + 2] == "all" || is_number(rest[i + 2]))) return true;
    }
    return false;
  }

  static bool is_number(std::string_view token) { return !token.empty() && token[0] >= '0' && token[0] <= '9'; }

  // Those that were there stand in the same order.
  static bool only_added(const Query& before, const Query& now) {
    std::size_t place = 0;
    for (const Item& item : now.items) {
      if (place < before.items.size() && item.tokens == before.items[place].tokens) ++place;
    }
    return place == before.items.size();
  }

  // Whether a column of these joins, filters or groups rows somewhere.
  bool any_in_rest(const std::set<std::string>& names) const {
    if (names.empty()) return false;
    return std::ranges::any_of(now_.queries, [&](const auto& query) {
      return std::ranges::any_of(query.second.rest, [&](const std::string& token) { return names.contains(token); });
    });
  }

  bool any_opaque() const {
    return std::ranges::any_of(now_.queries, [](const auto& query) { return !query.second.is_plain; });
  }

  const Text& before_;
  const Text& now_;
  QueryChange out_;
  std::vector<std::string> added_;
  std::set<std::string> touched_;
  bool list_changed_ = false;
};

}  // namespace

std::string_view to_string(ChangeCategory category) {
  switch (category) {
    case ChangeCategory::kUnchanged:
      return "unchanged";
    case ChangeCategory::kAdditive:
      return "additive";
    case ChangeCategory::kColumn:
      return "column";
    case ChangeCategory::kModelWide:
      return "model-wide";
    case ChangeCategory::kUnknown:
      break;
  }
  return "unknown";
}

QueryChange compare_queries(const SqlText& before, const SqlText& now) {
  const Tokens earlier = tokens_of(before);
  const Tokens current = tokens_of(now);
  if (earlier == current) return {};
  const auto text_before = text_of(earlier);
  const auto text_now = text_of(current);
  if (!text_before || !text_now) return {ChangeCategory::kUnknown, {}};
  return Comparison(*text_before, *text_now).run();
}

}  // namespace plowline
