#include "rules/code/code_survey.h"

#include <algorithm>
#include <array>
#include <vector>

#include "source/jinja_syntax.h"

namespace plowline {
namespace {

enum class Byte : std::uint8_t {
  kOther,  // says nothing: a blank, a point
  kWord,
  kEscape,
  kSign,  // a bracket, a comma, a star, or what a comment or a string begins or ends with
};

const std::array<Byte, 256> kBytes = [] {
  std::array<Byte, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (is_name_byte(static_cast<char>(i))) table[i] = Byte::kWord;
  }
  for (const unsigned char c : std::string_view("()'\"`/*{}#-$,;")) table[c] = Byte::kSign;
  table['\\'] = Byte::kEscape;
  return table;
}();

Byte byte_of(char c) {
  return kBytes[static_cast<unsigned char>(c)];
}

bool is_word_byte(char c) {
  return byte_of(c) == Byte::kWord;
}

// The lengths of the words that the Surveyor knows, a bit for each.
constexpr std::uint32_t kLengths = 1U << 2 | 1U << 4 | 1U << 5 | 1U << 6 | 1U << 7 | 1U << 12 | 1U << 13 | 1U << 14;

// The brackets that are open, and which of them hold a FROM or JOIN. One that does keeps it to its end, whatever words
// follow: they may stand in a comment.
//
// Brackets may stand in comments and strings, too, and what is one cannot be told without reading all of SQL and Jinja:
// '--' is a string. So what begins like one counts as well, and has to have as many brackets that close as open ones;
// where it has not, every comma from there on may be one of a list.
class OpenBrackets {
 public:
  void sees_from() { holds_from_.back() = true; }
  bool may_be_list() const { return holds_from_.back() || doubt_ || hidden_depth_ > 0; }
  // To be asked at the end: whether each bracket had its other one.
  bool were_pairs() const { return pairs_ && holds_from_.size() == 1; }
  // A quote behind a backslash ends its string on some databases.
  void sees_escaped_quote() { doubt_ = true; }

  void sees(char c, char next) {
    if (c == '(') {
      holds_from_.push_back(false);
      if (hidden_ != Hidden::kNo) ++hidden_depth_;
    } else if (c == ')') {
      close();
    } else if (hidden_ == Hidden::kNo) {
      hide(c, next);
    } else if (hidden_ == Hidden::kQuotes ? c == quote_ : ends_block(c, next)) {
      show();
    }
  }

  void sees_line_end() {
    if (hidden_ == Hidden::kQuotes) doubt_ = true;  // a string of several lines, or no string
    if (hidden_ != Hidden::kBlock) show();
  }

 private:
  enum class Hidden : std::uint8_t { kNo, kQuotes, kLine, kBlock };

  void close() {
    if (hidden_ != Hidden::kNo && --hidden_depth_ < 0) doubt_ = true;
    pairs_ &= holds_from_.size() > 1;
    if (holds_from_.size() > 1) holds_from_.pop_back();
  }

  void hide(char c, char next) {
    if (c == '\'' || c == '"' || c == '`') {
      hidden_ = Hidden::kQuotes;
      quote_ = c;
    } else if ((c == '/' && next == '*') || (c == '{' && next == '#')) {
      hidden_ = Hidden::kBlock;
    } else if ((c == '-' && next == '-') || (c == '/' && next == '/') || (c == '#' && next != '}')) {
      hidden_ = Hidden::kLine;
    } else if (c == '$' && (next == '$' || is_word_byte(next))) {
      doubt_ = true;  // $$ … $$
    }
  }

  bool ends_block(char c, char next) const {
    return hidden_ == Hidden::kBlock && ((c == '*' && next == '/') || (c == '#' && next == '}'));
  }

  void show() {
    if (hidden_depth_ > 0) doubt_ = true;
    hidden_depth_ = 0;
    hidden_ = Hidden::kNo;
  }

  std::vector<bool> holds_from_ = {false};
  bool pairs_ = true;
  bool doubt_ = false;  // holds_from_ may be that of another bracket
  Hidden hidden_ = Hidden::kNo;
  char quote_ = '\0';
  int hidden_depth_ = 0;
};

// A walk over a JSON string's bytes.
class Surveyor {
 public:
  explicit Surveyor(std::string_view json)
      : text_(json.substr(0, json.ends_with('"') ? json.size() - 1 : json.size())) {
    at_ = text_.starts_with('"') ? 1 : 0;
  }

  CodeSurvey survey() {
    const bool is_empty = at_ >= text_.size();
    while (at_ < text_.size()) {
      switch (byte_of(text_[at_])) {
        case Byte::kOther:
          ++at_;
          break;
        case Byte::kWord:
          word();
          break;
        case Byte::kEscape:
          escape();
          break;
        case Byte::kSign:
          sign(text_[at_++]);
          break;
      }
    }
    if (!ends_with_line_end_ && !is_empty) ++found_.lines;
    if (!brackets_.were_pairs()) found_.list = found_.relation = true;
    return found_;
  }

 private:
  // The walk stands behind it.
  void sign(char c) {
    found_.star |= c == '*';
    found_.semicolon |= c == ';';
    brackets_.sees(c, at(at_));
    if (c == ',') comma();
  }

  void comma() {
    if (!brackets_.may_be_list()) return;
    found_.list = true;
    expect_name(at_);
  }

  void escape() {
    const char c = at(at_ + 1);
    if (c == 'n') {
      ++found_.lines;
      brackets_.sees_line_end();
    } else if (c == '"') {
      brackets_.sees('"', '\0');
    } else if (c == '\\' && (at(at_ + 2) == '\'' || at(at_ + 2) == '\\')) {
      brackets_.sees_escaped_quote();
    }
    at_ += c == 'u' ? 6 : 2;
    ends_with_line_end_ = c == 'n' && at_ >= text_.size();
  }

  void word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word_byte(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word.size() > 14 || (kLengths >> word.size() & 1U) == 0) return;
    if (is(word, "from") || is(word, "using")) {
      from();
    } else if (is(word, "join") || is(word, "straight_join")) {
      found_.join = true;
      from();
    } else if (is(word, "lateral") || is(word, "only") || is(word, "table")) {
      found_.relation = true;
    } else if (word == "config") {
      found_.config = true;
    } else if (word == "is_incremental") {
      found_.is_incremental = true;
    } else if (is(word, "as") || is(word, "materialized")) {
      const char next = at(past_blanks(at_));
      if (!is_word_byte(next) && next != '\\') ++found_.ctes;
    }
  }

  static bool is(std::string_view word, std::string_view lower) {
    return std::ranges::equal(word, lower, [](char a, char b) { return ascii_lower(a) == b; });
  }

  // Past blanks, of which escapes are some.
  std::size_t past_blanks(std::size_t at) const {
    for (;;) {
      if (at < text_.size() && text_[at] == ' ') {
        ++at;
      } else if (at + 1 < text_.size() && text_[at] == '\\' &&
                 (text_[at + 1] == 'n' || text_[at + 1] == 't' || text_[at + 1] == 'r')) {
        at += 2;
      } else {
        return at;
      }
    }
  }
  char at(std::size_t place) const { return place < text_.size() ? text_[place] : '\0'; }

  void from() {
    brackets_.sees_from();
    if (!expect_name(at_)) found_.list = true;
  }

  // Looks ahead only: the walk goes on where it is. False where no name stands there, and no Jinja.
  bool expect_name(std::size_t place) {
    std::size_t here = past_blanks(place);
    if (at(here) == '{' && at(here + 1) == '{') {
      const std::size_t end = text_.find("}}", here);
      const std::size_t inside = past_blanks(at(here + 2) == '-' ? here + 3 : here + 2);
      if (end == std::string_view::npos || text_.substr(inside, 3) == "var") {
        found_.relation = true;
        return true;
      }
      here = end + 2;
      // {{ x }}.name is a name that Jinja has a part in.
      if (at(here) == '.' || is_word_byte(at(here))) found_.relation = true;
    } else if (is_word_byte(at(here))) {
      while (is_word_byte(at(here))) ++here;
    } else {
      found_.relation = true;
      return false;
    }
    if (!is_plain_end(here) || at(past_blanks(here)) == '.') found_.relation = true;
    return true;
  }

  bool is_plain_end(std::size_t here) const {
    const char c = at(here);
    return c == ' ' || c == ')' || c == ',' || c == ';' || c == '\0' || past_blanks(here) != here;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool ends_with_line_end_ = false;
  OpenBrackets brackets_;
  CodeSurvey found_;
};

}  // namespace

CodeSurvey survey_of(std::string_view json) {
  return Surveyor(json).survey();
}

const CodeSurvey& CodeSurveys::of(NodeId id) const {
  static const CodeSurvey kNothing;
  if (!is_sql_model(project_, id)) return kNothing;
  return surveys_.get(id, [&] { return std::make_unique<CodeSurvey>(survey_of(project_.node(id).raw_code.bytes)); });
}

bool is_sql_model(const LintProject& project, NodeId id) {
  if (project.project().type(id) != ResourceType::kModel || !project.project().enabled(id)) return false;
  const NodeRecord& node = project.node(id);
  return node.language != "python" && !node.raw_code.empty();
}

}  // namespace plowline
