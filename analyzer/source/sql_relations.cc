// The relations that a text names: one walk over its tokens that knows, for every bracket that is open, whether a
// relation is expected. What could be a column of something that the query names is decided at the end, when all names
// are known: BigQuery lets `from t.items` stand before the `t` that it means.
#include "source/sql_relations.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "source/jinja_syntax.h"
#include "source/sql_name.h"
#include "source/sql_scopes.h"
#include "source/sql_text.h"
#include "source/sql_tokens.h"

namespace plowline {
namespace {

using Kind = SqlToken::Kind;
using Relation = SqlText::Relation;

// Where in a FROM list (or behind INTO, UPDATE, …) the walk is.
enum class Place : std::uint8_t {
  kElsewhere,
  kItem,      // a relation is expected
  kBehind,    // its alias may follow
  kBehindAs,  // its alias follows
};

// What is known within a pair of brackets, or within a Jinja block that is a text of its own.
struct Frame {
  bool block = false;     // of Jinja: brackets do not end it
  bool function = false;  // the brackets hold a function's arguments
  bool selects = false;   // a SELECT has been seen
  bool lists = false;     // in a FROM list: a comma begins another item
  bool scoped = false;    // `scope` is its own
  Place place = Place::kElsewhere;
  Relation::Use use = Relation::Use::kRead;
  std::uint32_t scope = 0;
  std::uint32_t outer = 0;  // the scope around it
};

class Walk {
 public:
  enum class Wanted : std::uint8_t { kLiteral, kAll };
  Walk(const SqlText& text, Wanted wanted) : text_(text.text()), tokens_(sql_tokens(text)), wanted_(wanted) {
    frames_.push_back(fresh_frame());
  }

  std::vector<Relation> relations() {
    for (at_ = 0; at_ < tokens_.size(); ++at_) token(tokens_[at_]);
    scopes_.sort();
    std::vector<Relation> relations;
    for (Candidate& candidate : candidates_) {
      if (!is_column(candidate)) relations.push_back(std::move(candidate.relation));
    }
    return relations;
  }

 private:
  struct Candidate {
    Relation relation;
    std::uint32_t scope = 0;
    std::uint32_t item = 0;
  };
  // A {% if %} that is open: its other branches go on from here.
  struct Branch {
    std::size_t depth = 0;
    Frame frame;
  };

  Frame fresh_frame() {
    const std::uint32_t scope = scopes_.add_outermost();
    return {.block = true, .scope = scope, .outer = scope};
  }

  Frame& frame() { return frames_.back(); }
  const SqlToken* next(std::size_t ahead = 1) const {
    return at_ + ahead < tokens_.size() ? &tokens_[at_ + ahead] : nullptr;
  }
  bool is(const SqlToken* token, char punctuation) const {
    return token != nullptr && token->kind == Kind::kPunctuation && text_[token->offset] == punctuation;
  }
  static bool is(const SqlToken* token, SqlWord word) {
    return token != nullptr && token->kind == Kind::kWord && token->word == word;
  }

  void token(const SqlToken& token) {
    if (token.kind == Kind::kJinjaStatement) return statement(token);
    const bool member = std::exchange(after_dot_, false) && token.glued;
    const SqlWord before = std::exchange(before_, SqlWord::kNone);
    const bool callable = std::exchange(callable_, false);
    if (frame().place == Place::kItem && item(token, before)) return;
    switch (token.kind) {
      case Kind::kWord:
        word(token, member ? SqlWord::kNone : token.word, before);
        break;
      case Kind::kQuoted:
        alias(token);
        callable_ = true;
        break;
      case Kind::kJinja:
        if (frame().place == Place::kBehindAs) frame().place = Place::kElsewhere;
        callable_ = true;
        break;
      case Kind::kString:
        if (frame().place == Place::kItem) frame().place = Place::kBehind;
        break;
      default:
        punctuation(token, callable);
    }
  }

  void statement(const SqlToken& token) {
    switch (block_of(text_.substr(token.offset, token.length))) {
      case JinjaBranching::kBranch:
        branches_.push_back({frames_.size(), frame()});
        break;
      case JinjaBranching::kOtherwise:
        if (!branches_.empty()) go_back(branches_.back());
        break;
      case JinjaBranching::kEndBranch:
        if (!branches_.empty()) branches_.pop_back();
        break;
      case JinjaBranching::kText:
        frames_.push_back(fresh_frame());
        ++blocks_;
        break;
      case JinjaBranching::kEndText:
        if (blocks_ == 0) break;
        while (!frame().block) frames_.pop_back();
        end_frame();
        break;
      default:
        break;
    }
  }

  void end_frame() {
    if (frame().block) --blocks_;
    frames_.pop_back();
  }

  void go_back(const Branch& branch) {
    if (branch.depth > frames_.size()) return;
    while (frames_.size() > branch.depth) end_frame();
    if (frame().block == branch.frame.block) frame() = branch.frame;
  }

  // Names that follow belong to a query of their own within the frame.
  void open_scope() {
    if (frame().scoped) return;
    frame().scope = scopes_.add(frame().outer);
    frame().scoped = true;
  }

  void expect(Relation::Use use, bool lists) {
    open_scope();
    frame().place = Place::kItem;
    frame().use = use;
    frame().lists = lists;
  }

  void end_list() {
    frame().lists = false;
    frame().place = Place::kElsewhere;
  }

  void end_query() {
    end_list();
    frame().selects = false;
    frame().scoped = false;
  }

  void word(const SqlToken& token, SqlWord word, SqlWord before) {
    before_ = word;
    callable_ = word == SqlWord::kNone || word == SqlWord::kArray || word == SqlWord::kTable;
    if (word == SqlWord::kNone) return alias(token);
    if (frame().place == Place::kBehindAs) return alias(token);
    if (word == SqlWord::kAs && frame().place == Place::kBehind) {
      frame().place = Place::kBehindAs;
      return;
    }
    frame().place = Place::kElsewhere;
    keyword(word, before);
  }

  void keyword(SqlWord word, SqlWord before) {
    // extract(year from t), trim(both ' ' from t)
    const bool separates = frame().function && !frame().selects;
    switch (word) {
      case SqlWord::kSelect:
        end_list();
        open_scope();
        frame().selects = true;
        break;
      case SqlWord::kFrom:
        if (separates || before == SqlWord::kDistinct) break;
        expect(before == SqlWord::kDelete ? Relation::Use::kWrite : Relation::Use::kRead, true);
        break;
      case SqlWord::kJoin:
        if (before == SqlWord::kArray) {
          end_list();
        } else if (!separates) {
          expect(Relation::Use::kRead, true);
        }
        break;
      case SqlWord::kUsing:
        if (!separates && !is(next(), '(')) expect(Relation::Use::kRead, true);
        break;
      case SqlWord::kInto:
        if (!separates) expect(Relation::Use::kWrite, false);
        break;
      case SqlWord::kOverwrite:
        if (before == SqlWord::kInsert) expect(Relation::Use::kWrite, false);
        break;
      case SqlWord::kUpdate:
        if (!separates && before != SqlWord::kUpdating) update();
        break;
      case SqlWord::kUnion:
        end_query();
        break;
      case SqlWord::kEnd:
      case SqlWord::kSet:
        end_list();
        break;
      default:
        break;
    }
  }

  // `update` is an ordinary name in many places: it counts where SET follows what it names.
  void update() {
    const SqlName name = read_sql_name(text_, tokens_, at_ + 1);
    std::size_t behind = name.end_token;
    for (int words = 0; words < 2 && behind < tokens_.size() && !is(&tokens_[behind], SqlWord::kSet); ++words) ++behind;
    if (behind < tokens_.size() && is(&tokens_[behind], SqlWord::kSet)) expect(Relation::Use::kWrite, false);
  }

  void punctuation(const SqlToken& token, bool callable) {
    const char c = text_[token.offset];
    if (c == '(') return open_bracket(callable);
    if (c == ')') {
      if (!frame().block) frames_.pop_back();
      return;
    }
    after_dot_ = c == '.';
    if (c == ',') {
      frame().place = frame().lists ? Place::kItem : Place::kElsewhere;
    } else if (c == ';') {
      end_query();
    } else if (c != '.') {
      frame().place = Place::kElsewhere;
    }
  }

  void open_bracket(bool callable) {
    Frame inner;
    inner.outer = inner.scope = frame().scope;
    if (frame().place == Place::kItem) {
      // A query, or joined relations, whose names are known around the brackets.
      inner.place = Place::kItem;
      inner.lists = true;
      frame().place = Place::kBehind;
      inner.scoped = true;
    } else {
      inner.function = callable;
      if (frame().place == Place::kBehindAs) frame().place = Place::kElsewhere;
    }
    frames_.push_back(inner);
  }

  void alias(const SqlToken& token) {
    Place& place = frame().place;
    if (place != Place::kBehind && place != Place::kBehindAs) return;
    const bool names = token.kind == Kind::kQuoted || place == Place::kBehindAs || token.word == SqlWord::kNone;
    if (names) scopes_.name(frame().scope, item_, unquoted(text_.substr(token.offset, token.length)));
    place = Place::kElsewhere;
  }

  // A token where a relation is expected. False where it is something else.
  bool item(const SqlToken& token, SqlWord before) {
    switch (token.kind == Kind::kWord ? token.word : SqlWord::kNone) {
      case SqlWord::kLateral:
        return true;
      case SqlWord::kTable:
        if (!is(next(), '(')) return true;
        break;
      case SqlWord::kInto:
      case SqlWord::kOverwrite:
        if (before == SqlWord::kInsert || before == SqlWord::kOverwrite) return true;
        return false;
      case SqlWord::kSelect:
      case SqlWord::kWith:
      case SqlWord::kFrom:
      case SqlWord::kEnd:
        if (!frame().block) begin_subquery();
        return false;
      case SqlWord::kJoin:
      case SqlWord::kUsing:
      case SqlWord::kSet:
      case SqlWord::kUnion:
      case SqlWord::kUpdating:
        return false;
      case SqlWord::kJoining:
        // `final` and the like are names, too.
        if (is(next(), SqlWord::kJoin) || is(next(), SqlWord::kJoining)) return false;
        break;
      default:
        break;
    }
    const SqlName name = read_sql_name(text_, tokens_, at_);
    if (name.end_token == at_) return false;
    take(name);
    return true;
  }

  // The brackets where relations were expected hold a query.
  void begin_subquery() {
    frame().place = Place::kElsewhere;
    frame().lists = false;
    frame().scoped = false;
    frame().outer = frame().scope;
  }

  void take(const SqlName& name) {
    ++item_;
    frame().place = Place::kBehind;
    at_ = name.end_token - 1;
    callable_ = true;
    const bool has_arguments = is(next(), '(') && frame().use == Relation::Use::kRead;
    if (has_arguments) return;
    if (!names_alias()) scopes_.name(frame().scope, item_, name.last);
    if (!is_wanted(name) || is(next(), SqlWord::kImport)) return;
    Relation relation{.parts = {}, .offset = name.offset, .length = name.length, .use = frame().use};
    relation.name = text_.substr(name.offset, name.length);
    if (!name.has_jinja) relation.parts = name.parts;
    candidates_.push_back({std::move(relation), frame().scope, item_});
  }

  bool is_wanted(const SqlName& name) const {
    return name.is_literal() || (wanted_ == Wanted::kAll && name.is_name && name.length > 0 && name.parts.size() <= 4);
  }

  // Whether an alias follows the name that ends at at_.
  bool names_alias() const {
    const SqlToken* following = next();
    if (following == nullptr) return false;
    return following->kind == Kind::kQuoted ||
           (following->kind == Kind::kWord && (following->word == SqlWord::kAs || following->word == SqlWord::kNone));
  }

  bool is_column(const Candidate& candidate) const {
    if (candidate.relation.parts.empty()) return false;
    const bool one_quoted_name = candidate.relation.name.front() == '`' &&
                                 candidate.relation.name.find('`', 1) == candidate.relation.name.size() - 1;
    return !one_quoted_name && candidate.relation.use == Relation::Use::kRead &&
           scopes_.has(candidate.scope, candidate.item, candidate.relation.parts.front());
  }

  std::string_view text_;
  std::vector<SqlToken> tokens_;
  Wanted wanted_;
  std::size_t at_ = 0;
  std::vector<Frame> frames_;
  std::size_t blocks_ = 0;  // frames_ that are blocks, but for the first
  std::vector<Branch> branches_;
  SqlScopes scopes_;
  std::uint32_t item_ = 0;
  std::vector<Candidate> candidates_;
  // Of the token before, which was not Jinja's own:
  SqlWord before_ = SqlWord::kNone;
  bool after_dot_ = false;
  bool callable_ = false;  // a bracket behind it holds arguments
};

}  // namespace

std::vector<SqlText::Relation> SqlText::literal_relations() const {
  return Walk(*this, Walk::Wanted::kLiteral).relations();
}

std::vector<SqlText::Relation> all_relations(const SqlText& text) {
  return Walk(text, Walk::Wanted::kAll).relations();
}

}  // namespace plowline
