#include "rules/code/join_walk.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "lint/node_parts.h"
#include "source/sql_name.h"
#include "source/sql_tokens.h"

namespace plowline {
namespace {

using Join = UnrestrictedJoin;
using Kind = SqlToken::Kind;

class JoinWalk {
 public:
  explicit JoinWalk(const SqlText& sql) : text_(sql.text()), tokens_(sql_tokens(sql)) {}

  std::vector<Join> joins() {
    frames_.push_back({});
    for (std::size_t i = 0; i < tokens_.size(); ++i) token(i);
    while (!frames_.empty()) close();
    std::ranges::sort(found_, {}, &Join::offset);
    return std::move(found_);
  }

 private:
  // What is known within a pair of brackets.
  struct Frame {
    bool lists = false;    // in a FROM list
    bool selects = false;  // a SELECT has been seen
    bool function = false;
    bool unsure = false;            // Jinja may hold a condition
    std::size_t begin = 0;          // of the list
    std::vector<std::size_t> open;  // joins that wait for their ON
  };

  std::string_view text(std::size_t i) const {
    return i < tokens_.size() ? text_.substr(tokens_[i].offset, tokens_[i].length) : std::string_view();
  }
  bool is(std::size_t i, std::string_view word) const {
    return i < tokens_.size() && tokens_[i].kind == Kind::kWord &&
           std::ranges::equal(text(i), word, [](char a, char b) { return ascii_lower(a) == b; });
  }
  bool is_any(std::size_t i, std::initializer_list<std::string_view> words) const {
    return std::ranges::any_of(words, [&](std::string_view word) { return is(i, word); });
  }
  bool sign(std::size_t i, char c) const {
    return i < tokens_.size() && tokens_[i].kind == Kind::kPunctuation && text_[tokens_[i].offset] == c;
  }
  Frame& frame() { return frames_.back(); }

  void token(std::size_t i) {
    switch (tokens_[i].kind) {
      case Kind::kJinjaStatement:
        frame().unsure = true;
        break;
      case Kind::kJinja:
        if (!is_any(i - 1, {"from", "join"}) && !sign(i - 1, ',') && !sign(i - 1, '.')) frame().unsure = true;
        break;
      case Kind::kPunctuation:
        punctuation(i);
        break;
      case Kind::kWord:
        word(i);
        break;
      default:
        break;
    }
  }

  void punctuation(std::size_t i) {
    if (sign(i, '(')) {
      const bool relations = is_any(i - 1, {"from", "join"}) && !is(i + 1, "values");
      const bool call = i > 0 && tokens_[i - 1].kind == Kind::kWord && !relations && !is_operator(i - 1);
      frames_.push_back({.lists = relations, .function = call, .begin = i});
    } else if (sign(i, ')')) {
      if (frames_.size() > 1) close();
    } else if (sign(i, ',') && frame().lists) {
      comma(i);
    } else if (sign(i, ';')) {
      end_list();
    }
  }

  bool is_operator(std::size_t i) const {
    return is_any(i, {"as", "in", "and", "or", "not", "exists", "where", "on", "materialized", "union", "all", "select",
                      "lateral", "any", "some", "by", "when", "then", "else"});
  }

  void word(std::size_t i) {
    if (sign(i - 1, '.') && tokens_[i].glued) return;
    if (is(i, "select")) {
      end_list();
      frame().selects = true;
    } else if (is(i, "from")) {
      if ((frame().function && !frame().selects) || is(i - 1, "distinct")) return;
      end_list();
      frame().lists = true;
      frame().unsure = false;
      frame().begin = i;
    } else if (!frame().lists) {
      return;
    } else if (is(i, "join")) {
      join(i);
    } else if (is_any(i, {"on", "using"})) {
      if (frame().open.empty()) return;  // of a join that needs none: `left join lateral … on true`
      frame().open.pop_back();
      if (is(i, "on") && is_constant(i + 1)) report(Join::Kind::kConstant, i, 2);
    } else if (ends_list(i)) {
      end_list();
    }
  }

  bool ends_list(std::size_t i) const {
    if (is(i, "for")) return is_any(i + 1, {"update", "share", "no", "key", "xml", "json"});  // FOR UPDATE OF a, b
    if (is(i, "view")) return is(i - 1, "lateral");  // LATERAL VIEW explode(m) t AS k, v
    // FROM VALUES (1, 'a'), (2, 'b')
    if (is(i, "values")) return stands_for_relation(i);
    if (is(i, "settings")) return !stands_for_relation(i);
    // A table may have the name of a word that needs another one behind it.
    if (is_any(i, {"cluster", "distribute", "sort"})) return is(i + 1, "by");
    return is_any(i, {"where", "prewhere", "group", "order", "having", "limit", "qualify", "union", "except",
                      "intersect", "minus", "window", "fetch", "offset", "connect", "start", "set", "when"});
  }

  bool stands_for_relation(std::size_t i) const { return is_any(i - 1, {"from", "join"}) || sign(i - 1, ','); }

  // What stands there is worked out for each row of what stands before it.
  bool is_per_row(std::size_t i) const {
    if (is_any(i, {"lateral", "unnest", "flatten", "table", "values", "apply", "view"})) return true;
    const SqlName name = read_sql_name(text_, tokens_, i);
    if (name.end_token == i || sign(name.end_token, '(')) return name.end_token != i;
    if (name.has_jinja || name.parts.size() < 2) return false;
    // No further back than a list is ever long, so that the walk stays linear.
    constexpr std::size_t kFarthest = 500;
    for (std::size_t at = std::max(frames_.back().begin, i - std::min(i, kFarthest)); at < i; ++at) {
      if (text_of_name(at) == text_of_name(i)) return true;  // `from t, t.items`
    }
    return false;
  }
  std::string_view text_of_name(std::size_t i) const {
    return tokens_[i].kind == Kind::kQuoted ? unquoted(text(i)) : text(i);
  }

  // No relation: a comma that Jinja leaves behind at a list's end.
  bool is_no_item(std::size_t i) const {
    return i >= tokens_.size() || tokens_[i].kind == Kind::kJinjaStatement || sign(i, ')') || sign(i, ',') ||
           is_any(i, {"where", "group", "order", "select", "limit", "union"});
  }

  void comma(std::size_t i) {
    if (!is_no_item(i + 1) && !is_per_row(i + 1)) report(Join::Kind::kComma, i, 1);
  }

  void join(std::size_t i) {
    if (is(i - 1, "array")) return end_list();  // what follows are arrays, commas between them
    if (is(i - 1, "positional") || is_per_row(i + 1)) return;
    if (is(i - 1, "cross")) return report(Join::Kind::kCross, i - 1, 2);
    for (std::size_t back = 1; back <= 3 && back <= i; ++back) {
      if (is(i - back, "natural")) return;
      if (!is_any(i - back, {"inner", "left", "right", "full", "outer"})) break;
    }
    frame().open.push_back(i);
  }

  // ON TRUE, ON 1 = 1, ON 'a' = 'a', and nothing more.
  bool is_constant(std::size_t i) const {
    std::size_t end = i + 1;
    if (is(i, "true")) return ends_condition(end);
    if (!is_literal(i)) return false;
    if (ends_condition(end)) return true;
    return sign(end, '=') && is_literal(end + 1) && ends_condition(end + 2);
  }
  bool is_literal(std::size_t i) const {
    if (i >= tokens_.size()) return false;
    if (tokens_[i].kind == Kind::kString) return true;
    return tokens_[i].kind == Kind::kWord && std::ranges::all_of(text(i), [](char c) { return c >= '0' && c <= '9'; });
  }
  bool ends_condition(std::size_t i) const {
    return i >= tokens_.size() || sign(i, ')') || sign(i, ',') || sign(i, ';') ||
           is_any(i, {"join", "inner", "left", "right", "full", "cross", "where", "group", "order", "having", "limit",
                      "qualify", "union"});
  }

  void end_list() {
    Frame& here = frame();
    // Snowflake's ASOF JOIN has its MATCH_CONDITION, with or without ON.
    const auto open = std::ranges::find_if(here.open, [&](std::size_t i) { return !is(i - 1, "asof"); });
    if (here.lists && !here.unsure && open != here.open.end()) report(Join::Kind::kMissing, *open, 1);
    here.lists = false;
    here.open.clear();
  }

  void close() {
    end_list();
    frames_.pop_back();
  }

  void report(Join::Kind kind, std::size_t first, std::size_t count) {
    const std::size_t last = std::min(first + count, tokens_.size()) - 1;
    found_.push_back({kind, tokens_[first].offset, tokens_[last].end() - tokens_[first].offset});
  }

  std::string_view text_;
  std::vector<SqlToken> tokens_;
  std::vector<Frame> frames_;
  std::vector<Join> found_;
};

}  // namespace

std::vector<UnrestrictedJoin> unrestricted_joins(const SqlText& sql) {
  return JoinWalk(sql).joins();
}

}  // namespace plowline
