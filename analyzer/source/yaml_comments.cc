#include "source/yaml_comments.h"

#include <algorithm>

namespace plowline {
namespace {

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// Walks the text token by token. A column counts from 0 here.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<YamlComment> scan() {
    while (at_ < text_.size()) {
      line_start_ = at_;
      const std::size_t indent = skip_blanks();
      if (at_end_of_line()) {
        next_line();
      } else if (text_[at_] == '#') {
        in_plain_ = false;
        comment(true);
      } else if (indent == 0 && starts_with_marker()) {
        at_ += 3;
        in_plain_ = false;
        key_column_ = -1;
        tokens();
      } else if (in_plain_ && (depth_ > 0 || static_cast<long>(indent) > key_column_)) {
        plain();
        tokens_after_value();
      } else if (indent == 0 && depth_ == 0 && text_[at_] == '%') {
        next_line();
      } else {
        in_plain_ = false;
        tokens();
      }
    }
    return std::move(comments_);
  }

 private:
  bool at_end_of_line() const { return at_ >= text_.size() || text_[at_] == '\n' || text_[at_] == '\r'; }
  bool at_break(std::size_t at) const {
    return at >= text_.size() || is_blank(text_[at]) || text_[at] == '\n' || text_[at] == '\r';
  }
  bool starts_with_marker() const {
    const std::string_view rest = text_.substr(at_, 3);
    return depth_ == 0 && (rest == "---" || rest == "...") && at_break(at_ + 3);
  }
  long column() const { return static_cast<long>(at_ - line_start_); }

  std::size_t skip_blanks() {
    const std::size_t from = at_;
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    return at_ - from;
  }

  void next_line() {
    const std::size_t end = text_.find('\n', at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
  }

  void comment(bool alone) {
    std::size_t end = std::min(text_.find('\n', at_), text_.size());
    if (end > at_ && text_[end - 1] == '\r') --end;
    comments_.push_back({at_, text_.substr(at_, end - at_), alone});
    next_line();
  }

  // A line from the place where a value or key may begin, to its end (or to where a text that goes on ends).
  void tokens() {
    while (true) {
      skip_blanks();
      if (at_end_of_line()) return next_line();
      const char c = text_[at_];
      if (c == '#' && (at_ == line_start_ || is_blank(text_[at_ - 1]))) return comment(false);
      if (depth_ == 0 && (c == '-' || c == '?' || c == ':') && at_break(at_ + 1)) {
        if (c != ':') key_column_ = column();
        ++at_;
      } else if (c == '&' || c == '*' || c == '!') {
        while (!at_break(at_) && !(depth_ > 0 && (text_[at_] == ',' || text_[at_] == ']' || text_[at_] == '}'))) ++at_;
      } else if (c == '{' || c == '[') {
        ++depth_;
        ++at_;
      } else if (depth_ > 0 && (c == '}' || c == ']' || c == ',' || c == ':')) {
        if (c == '}' || c == ']') --depth_;
        ++at_;
      } else if (depth_ == 0 && (c == '|' || c == '>')) {
        return block_text();
      } else {
        const long start = column();
        if (c == '"' || c == '\'') {
          quoted(c);
        } else {
          plain();
        }
        if (!after_value(start)) return;
      }
    }
  }

  // The rest of a line behind a plain text that began on an earlier one.
  void tokens_after_value() {
    if (after_value(key_column_)) tokens();
  }

  // Whether more tokens can follow on this line. A `:` makes what stood before it, from column `start` on, a key.
  bool after_value(long start) {
    skip_blanks();
    if (at_end_of_line()) {
      next_line();
      return false;
    }
    if (text_[at_] == '#' && is_blank(text_[at_ - 1])) {
      in_plain_ = false;
      comment(false);
      return false;
    }
    in_plain_ = false;
    if (text_[at_] == ':') {
      if (depth_ == 0) key_column_ = start;
      ++at_;
    } else if (depth_ == 0) {  // no YAML: what follows is left alone
      next_line();
      return false;
    } else if (text_[at_] != ',' && text_[at_] != ']' && text_[at_] != '}') {
      ++at_;
    }
    return true;
  }

  // To where a plain text ends on this line: at `: `, ` #`, the line's end, and in flow style at `,`, `]`, `}`.
  void plain() {
    in_plain_ = true;
    for (; !at_end_of_line(); ++at_) {
      const char c = text_[at_];
      if (c == ':' && (at_break(at_ + 1) || (depth_ > 0 && is_flow_sign(at_ + 1)))) return;
      if (c == '#' && at_ > line_start_ && is_blank(text_[at_ - 1])) {
        --at_;
        return;
      }
      if (depth_ > 0 && is_flow_sign(at_)) return;
    }
  }

  bool is_flow_sign(std::size_t at) const { return at < text_.size() && std::string_view(",[]{}").contains(text_[at]); }

  // A text in quotes, which may go over several lines.
  void quoted(char quote) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\' && quote == '"' && at_ + 1 < text_.size()) {
        ++at_;
      } else if (text_[at_] == quote) {
        if (quote == '"' || at_ + 1 >= text_.size() || text_[at_ + 1] != quote) break;
        ++at_;
      }
      if (text_[at_] == '\n') line_start_ = at_ + 1;
    }
    at_ = std::min(at_ + 1, text_.size());
    in_plain_ = false;
  }

  // `|` or `>` and its lines: all that are indented deeper than the key they belong to.
  void block_text() {
    long content = -1;  // how deep its lines are indented at least: -1 not known yet, -2 it has none
    for (; !at_end_of_line(); ++at_) {
      if (text_[at_] == '#' && is_blank(text_[at_ - 1])) break;
      if (text_[at_] >= '1' && text_[at_] <= '9') content = key_column_ + 1;
    }
    if (at_end_of_line()) {
      next_line();
    } else {
      comment(false);
    }
    while (at_ < text_.size()) {
      line_start_ = at_;
      const long indent = static_cast<long>(skip_blanks());
      if (!at_end_of_line()) {
        if (content < 0) content = indent > key_column_ ? indent : -2;
        if (content == -2 || indent < content) {
          at_ = line_start_;
          return;
        }
      }
      next_line();
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  long key_column_ = -1;   // of the innermost key or list mark so far: a text of its value is indented deeper
  int depth_ = 0;          // of flow style
  bool in_plain_ = false;  // a plain text may go on in the next line
  std::vector<YamlComment> comments_;
};

}  // namespace

std::vector<YamlComment> yaml_comments(std::string_view text) {
  return Scanner(text).scan();
}

}  // namespace plowline
