#include "source/sql_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "source/jinja_syntax.h"

namespace plowline {
namespace {

using Part = SqlText::Part;
using PartKind = SqlText::PartKind;

// What is open at a place: SQL itself, or a comment, string or quoted name.
struct State {
  PartKind kind = PartKind::kSql;
  char quote = 0;              // of a string or name; 0: the string ends with `delimiter`
  bool to_line_end = false;    // of a comment
  std::string_view delimiter;  // `$$`, `$tag$`
};

// A Jinja block that is open, and the state in which it began.
struct Block {
  bool branch = false;
  State state;
};

constexpr std::array<bool, 256> table_of(std::string_view bytes) {
  std::array<bool, 256> table{};
  for (const char c : bytes) table[static_cast<unsigned char>(c)] = true;
  return table;
}

constexpr auto kSpecial = table_of("'\"`-/#${");

// The quotes of one line behind a place, counted once for each line: what both readings of a backslash need.
class QuotesAhead {
 public:
  struct Count {
    std::size_t plain = 0;
    std::size_t escaped = 0;  // behind an odd number of backslashes
  };

  explicit QuotesAhead(std::string_view text) : text_(text) {}

  // From `at` to the line's end. Amortised over calls with rising `at`, the cost is O(text).
  Count behind(std::size_t at, char quote) {
    if (at < from_ || at > line_end_ || quote != quote_) {
      line_end_ = std::min(text_.find('\n', at), text_.size());
      quote_ = quote;
      from_ = at;
      count_ = count(at, line_end_);
    } else {
      const Count passed = count(from_, at);
      count_.plain -= std::min(count_.plain, passed.plain);
      count_.escaped -= std::min(count_.escaped, passed.escaped);
      from_ = at;
    }
    return count_;
  }

 private:
  Count count(std::size_t begin, std::size_t end) const {
    Count count;
    bool escapes = false;
    for (std::size_t i = begin; i < end; ++i) {
      if (text_[i] == quote_) ++(escapes ? count.escaped : count.plain);
      escapes = text_[i] == '\\' && !escapes;
    }
    return count;
  }

  std::string_view text_;
  std::size_t from_ = 1;
  std::size_t line_end_ = 0;
  char quote_ = 0;
  Count count_;
};

class Scanner {
 public:
  Scanner(std::string_view text, std::vector<Part>& parts)
      : text_(text),
        parts_(parts),
        tags_(text),
        quotes_ahead_{{QuotesAhead(text), QuotesAhead(text)}},
        dollar_budget_(8 * text.size()) {}

  void run() {
    for (;;) {
      while (at_ < text_.size()) step();
      add(state_.kind, at_);
      if (!retry_stray_quote()) return;
    }
  }

 private:
  // One part, or a few.
  void step() {
    switch (state_.kind) {
      case PartKind::kSqlComment:
        state_.to_line_end ? line_comment() : block_comment();
        break;
      case PartKind::kSqlString:
      case PartKind::kQuotedIdentifier:
        state_.quote == 0 ? dollar_string() : quoted();
        break;
      default:
        sql();
    }
    if (at_ < text_.size() && text_[at_] == '{' && opens_jinja(text_, at_)) jinja();
  }

  bool at(std::size_t offset, char c) const { return offset < text_.size() && text_[offset] == c; }
  bool jinja_at(std::size_t offset) const { return at(offset, '{') && opens_jinja(text_, offset); }

  // From begin_ to `end`.
  void add(PartKind kind, std::size_t end, bool closes = false) {
    if (end > begin_) {
      parts_.push_back({kind, state_.kind, opens_, closes, begin_, end - begin_});
      opens_ = false;
    }
    begin_ = at_ = end;
  }

  void open(State state, std::size_t length) {
    add(PartKind::kSql, at_);
    state_ = state;
    opens_ = true;
    if (state.kind != PartKind::kSqlComment) checkpoint_ = {begin_, parts_.size(), blocks_.size(), true};
    at_ += length;
  }

  void close(std::size_t end) {
    add(state_.kind, end, true);
    state_ = {};
  }

  void sql() {
    for (; at_ < text_.size(); ++at_) {
      if (!kSpecial[static_cast<unsigned char>(text_[at_])]) continue;
      switch (text_[at_]) {
        case '\'':
          if (is_stray(at_)) break;
          return open({.kind = PartKind::kSqlString, .quote = '\''}, 1);
        case '"':
        case '`':
          if (is_stray(at_)) break;
          return open({.kind = PartKind::kQuotedIdentifier, .quote = text_[at_]}, 1);
        case '-':
          if (at(at_ + 1, '-')) return open({.kind = PartKind::kSqlComment, .to_line_end = true}, 2);
          break;
        case '/':
          if (at(at_ + 1, '*')) return open({.kind = PartKind::kSqlComment}, 2);
          if (at(at_ + 1, '/') && begins_line()) {
            return open({.kind = PartKind::kSqlComment, .to_line_end = true}, 2);
          }
          break;
        case '#':
          // At a line's beginning PostgreSQL's operators #>, #>> and #- may stand, too.
          if (!at(at_ + 1, '>') && !(at(at_ + 1, '-') && !at(at_ + 2, '-')) && begins_line()) {
            return open({.kind = PartKind::kSqlComment, .to_line_end = true}, 1);
          }
          break;
        case '$':
          if (const auto delimiter = dollar_quote(); !delimiter.empty()) {
            return open({.kind = PartKind::kSqlString, .delimiter = delimiter}, delimiter.size());
          }
          break;
        default:
          if (opens_jinja(text_, at_)) return add(PartKind::kSql, at_);
      }
    }
    add(PartKind::kSql, at_);
  }

  // Whether only blanks stand before at_ on its line.
  bool begins_line() const {
    std::size_t i = at_;
    while (i > 0 && (text_[i - 1] == ' ' || text_[i - 1] == '\t')) --i;
    return i == 0 || text_[i - 1] == '\n' || text_[i - 1] == '\r';
  }

  // `$$` or `$tag$` at at_ where it stands behind no name and the text has it once more; else empty.
  std::string_view dollar_quote() {
    if (at_ > 0 && (is_name_byte(text_[at_ - 1]) || text_[at_ - 1] == '$')) return {};
    std::size_t end = at_ + 1;
    const bool is_parameter = end < text_.size() && text_[end] >= '0' && text_[end] <= '9';
    while (end < text_.size() && is_name_byte(text_[end])) ++end;
    if (is_parameter || !at(end, '$') || dollar_budget_ == 0) return {};
    const std::string_view delimiter = text_.substr(at_, end + 1 - at_);
    const std::size_t closing = std::min(text_.find(delimiter, end + 1), text_.size());
    dollar_budget_ -= std::min(dollar_budget_, closing - at_);
    return closing == text_.size() ? std::string_view() : delimiter;
  }

  void line_comment() {
    std::size_t end = at_;
    while (end < text_.size() && text_[end] != '\n' && !jinja_at(end)) ++end;
    if (jinja_at(end)) return add(state_.kind, end);
    if (at(end, '\n') && end > at_ && text_[end - 1] == '\r') --end;
    close(end);
  }

  void block_comment() {
    std::size_t end = at_;
    for (; end < text_.size() && !jinja_at(end); ++end) {
      if (text_[end] == '*' && at(end + 1, '/')) return close(end + 2);
    }
    add(state_.kind, end);
  }

  void dollar_string() {
    std::size_t end = at_;
    for (; end < text_.size() && !jinja_at(end); ++end) {
      if (text_[end] == '$' && text_.substr(end).starts_with(state_.delimiter)) {
        return close(end + state_.delimiter.size());
      }
    }
    add(state_.kind, end);
  }

  void quoted() {
    const char quote = state_.quote;
    std::size_t end = at_;
    while (end < text_.size() && !jinja_at(end)) {
      if (text_[end] == '\\' && quote != '`') {
        end = behind_backslashes(end);
      } else if (text_[end] != quote) {
        ++end;
      } else if (at(end + 1, quote)) {
        end += 2;
      } else {
        return close(end + 1);
      }
    }
    add(state_.kind, end);
  }

  // Behind the backslashes at `from`, and behind the quote that follows them where they escape it.
  std::size_t behind_backslashes(std::size_t from) {
    std::size_t end = from;
    while (at(end, '\\')) ++end;
    return at(end, state_.quote) && (end - from) % 2 == 1 && escapes(end) ? end + 1 : end;
  }

  // Whether the quote at `offset`, which an odd number of backslashes precedes, goes on with the string.
  bool escapes(std::size_t offset) {
    const auto ahead = quotes_ahead_[state_.quote == '"'].behind(offset + 1, state_.quote);
    const bool as_escape = ahead.plain % 2 == 1;
    const bool as_end = (ahead.plain + ahead.escaped) % 2 == 0;
    if (as_escape != as_end) return as_escape;
    const char next = offset + 1 < text_.size() ? text_[offset + 1] : '\n';
    return next != ',' && next != ')' && next != ';' && next != '\n' && next != '\r';
  }

  void jinja() {
    add(state_.kind, at_);
    const std::size_t end = tags_.end_of(at_);
    const std::string_view tag = text_.substr(at_, end - at_);
    if (tag[1] == '{') {
      add(PartKind::kJinjaExpression, end);
    } else if (tag[1] == '#') {
      add(PartKind::kJinjaComment, end);
    } else {
      add(PartKind::kJinjaStatement, end);
      statement(block_of(tag));
    }
  }

  void statement(JinjaBranching block) {
    switch (block) {
      case JinjaBranching::kBranch:
        blocks_.push_back({true, state_});
        ++branches_;
        break;
      case JinjaBranching::kText:
        blocks_.push_back({false, state_});
        state_ = {};
        break;
      case JinjaBranching::kOtherwise:
        if (!blocks_.empty() && blocks_.back().branch) state_ = blocks_.back().state;
        break;
      case JinjaBranching::kEndBranch:
        if (!blocks_.empty() && blocks_.back().branch) end_block();
        break;
      case JinjaBranching::kEndText:
        // Branches that are still open in it end with it.
        if (blocks_.size() == branches_) break;
        while (blocks_.back().branch) end_block();
        state_ = blocks_.back().state;
        end_block();
        break;
      case JinjaBranching::kRaw:
        raw();
        break;
      case JinjaBranching::kNone:
        break;
    }
  }

  void end_block() {
    if (blocks_.back().branch) --branches_;
    blocks_.pop_back();
    checkpoint_.blocks = std::min(checkpoint_.blocks, blocks_.size());
  }

  void raw() {
    std::size_t end = at_;
    for (;;) {
      end = std::min(text_.find("{%", end), text_.size());
      std::size_t word = end + 2;
      if (at(word, '-') || at(word, '+')) ++word;
      while (word < text_.size() && is_jinja_blank(text_[word])) ++word;
      if (end == text_.size() || text_.substr(word).starts_with("endraw")) return add(PartKind::kJinjaRaw, end);
      end += 2;
    }
  }

  // At the text's end: goes back to the quote of a string or name that is still open and takes it for a stray one. Once
  // for each kind of quote, so that the whole stays linear.
  bool retry_stray_quote() {
    const bool open = state_.kind == PartKind::kSqlString || state_.kind == PartKind::kQuotedIdentifier;
    if (!open || !checkpoint_.set || retries_ == kRetries) return false;
    strays_[retries_++] = checkpoint_.at;
    at_ = begin_ = checkpoint_.at;
    parts_.resize(checkpoint_.parts);
    blocks_.resize(checkpoint_.blocks);
    branches_ = static_cast<std::size_t>(std::ranges::count_if(blocks_, &Block::branch));
    state_ = {};
    opens_ = false;
    checkpoint_.set = false;
    if (text_[at_] == '$') dollar_budget_ = 0;
    return true;
  }

  bool is_stray(std::size_t offset) const {
    return retries_ > 0 && std::find(strays_.begin(), strays_.begin() + retries_, offset) != strays_.begin() + retries_;
  }

  struct Checkpoint {
    std::size_t at = 0;
    std::size_t parts = 0;
    std::size_t blocks = 0;  // as many as have been open ever since
    bool set = false;
  };
  static constexpr int kRetries = 3;

  std::string_view text_;
  std::vector<Part>& parts_;
  JinjaTags tags_;
  std::array<QuotesAhead, 2> quotes_ahead_;  // of ' and of "
  State state_;
  std::vector<Block> blocks_;
  std::size_t branches_ = 0;  // of blocks_
  std::size_t at_ = 0;
  std::size_t begin_ = 0;  // of the part at hand
  bool opens_ = false;     // the part at hand is its comment's, string's or name's first
  Checkpoint checkpoint_;
  std::array<std::size_t, kRetries> strays_{};
  int retries_ = 0;
  std::size_t dollar_budget_;  // bytes that may still be searched for the ends of $tag$ strings
};

bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

void blank_out(std::string& text, std::size_t begin, std::size_t end) {
  std::replace_if(
      text.begin() + static_cast<std::ptrdiff_t>(begin), text.begin() + static_cast<std::ptrdiff_t>(end),
      [](char c) { return !is_line_end(c); }, ' ');
}

}  // namespace

SqlText::SqlText(std::string_view text) : text_(text) {
  parts_.reserve(text.size() / 64 + 4);
  Scanner(text, parts_).run();
}

std::string SqlText::sql_only() const {
  std::string sql(text_);
  for (const Part& part : parts_) {
    std::size_t begin = part.offset;
    std::size_t end = part.offset + part.length;
    const bool quoted = part.kind == PartKind::kSqlString || part.kind == PartKind::kQuotedIdentifier;
    if (part.kind == PartKind::kSql) continue;
    if (part.kind == PartKind::kQuotedIdentifier && !std::ranges::any_of(text_of(part), is_jinja_blank)) continue;
    if (quoted && part.opens) ++begin;
    if (quoted && part.closes && end > begin) --end;
    blank_out(sql, begin, end);
  }
  return sql;
}

const SqlText::Argument* SqlText::Call::keyword(std::string_view keyword_name) const {
  const auto found = std::ranges::find(arguments, keyword_name, &Argument::name);
  return keyword_name.empty() || found == arguments.end() ? nullptr : &*found;
}

}  // namespace plowline
