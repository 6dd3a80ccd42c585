#include "rules/code/code_survey.h"

#include <algorithm>

namespace plowline {
namespace {

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// A walk over a JSON string's bytes.
class Surveyor {
 public:
  explicit Surveyor(std::string_view text) : text_(text) {}

  CodeSurvey survey() {
    bool in_word = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\\') {
        escape();
        in_word = false;
        continue;
      }
      if (is_word_byte(c) && !in_word) {
        word();
        continue;
      }
      in_word = is_word_byte(c);
      sign(c);
      ++at_;
    }
    if (!ends_with_line_end_ && text_.size() > 2) ++found_.lines;
    return found_;
  }

 private:
  void sign(char c) {
    found_.star |= c == '*';
    found_.semicolon |= c == ';';
    if (c == '(') ++depth_;
    if (c == ')' && depth_ > 0 && --depth_ < list_depth_) in_list_ = false;
    if (c == ',' && in_list_ && depth_ == list_depth_) found_.list = found_.relation = true;
  }

  void escape() {
    const bool line_end = at_ + 1 < text_.size() && text_[at_ + 1] == 'n';
    if (line_end) ++found_.lines;
    at_ += 2;
    ends_with_line_end_ = line_end && at_ + 1 >= text_.size();
  }

  void word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word_byte(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (word.size() < 2 || word.size() > 12) return;
    if (is(word, "from")) return behind_from();
    if (is(word, "join")) {
      ++found_.joins;
      return behind_from();
    }
    if (is(word, "using")) {
      ++found_.ons;
      return behind_from();
    }
    if (is(word, "on")) ++found_.ons;
    if (is(word, "cross")) found_.cross = true;
    if (is(word, "lateral") || is(word, "only") || is(word, "table")) found_.relation = true;
    if (ends_list(word)) in_list_ = false;
    if ((is(word, "as") || is(word, "materialized")) && next_sign() == '(') ++found_.brackets;
  }

  static bool ends_list(std::string_view word) {
    return is(word, "where") || is(word, "group") || is(word, "order") || is(word, "having") || is(word, "select") ||
           is(word, "union") || is(word, "limit") || is(word, "qualify") || is(word, "window");
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
  char next_sign() const { return at(past_blanks(at_)); }

  // Looks ahead only: the walk goes on behind the word.
  void behind_from() {
    in_list_ = true;
    list_depth_ = depth_;
    std::size_t here = past_blanks(at_);
    if (at(here) == '{' && at(here + 1) == '{') {
      const std::size_t end = text_.find("}}", here);
      const std::size_t inside = past_blanks(at(here + 2) == '-' ? here + 3 : here + 2);
      if (end == std::string_view::npos || text_.substr(inside, 3) == "var") {
        found_.relation = true;
        return;
      }
      here = end + 2;
      // {{ x }}.name is a name that Jinja has a part in.
      if (at(here) == '.' || is_word_byte(at(here))) found_.relation = true;
    } else if (is_word_byte(at(here))) {
      while (is_word_byte(at(here))) ++here;
    } else {
      found_.relation = true;
      found_.list = true;
      return;
    }
    if (!is_plain_end(here) || at(past_blanks(here)) == '.') found_.relation = true;
  }

  bool is_plain_end(std::size_t here) const {
    const char c = at(here);
    return c == ' ' || c == ')' || c == ',' || c == ';' || c == '"' || c == '\0' || (c == '\\' && at(here + 1) != '"');
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool ends_with_line_end_ = false;
  int depth_ = 0;
  bool in_list_ = false;  // behind FROM or JOIN
  int list_depth_ = 0;
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
