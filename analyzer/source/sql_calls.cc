// The calls in a text's Jinja: one walk over each tag's tokens, with a stack of the brackets that are open.
#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "source/jinja_syntax.h"
#include "source/sql_text.h"

namespace plowline {
namespace {

using Argument = SqlText::Argument;
using Call = SqlText::Call;
using PartKind = SqlText::PartKind;

// Words that brackets may follow although nothing is called.
bool is_jinja_keyword(std::string_view word) {
  static constexpr auto kKeywords = std::to_array<std::string_view>(
      {"if", "elif", "else", "for", "in", "is", "not", "and", "or", "set", "do", "call", "filter", "recursive"});
  return std::ranges::find(kKeywords, word) != kKeywords.end();
}

// Statements whose first word is followed by a name that they declare, with its arguments.
bool declares(std::string_view word) {
  static constexpr auto kKeywords =
      std::to_array<std::string_view>({"macro", "test", "data_test", "materialization", "snapshot"});
  return std::ranges::find(kKeywords, word) != kKeywords.end();
}

class TagReader {
 public:
  // `inside`: what stands between the delimiters of a tag; it is a part of `text`.
  TagReader(std::string_view text, std::string_view inside, std::vector<Call>& calls)
      : text_(text),
        at_(static_cast<std::size_t>(inside.data() - text.data())),
        end_(at_ + inside.size()),
        calls_(calls) {}

  void read() {
    brackets_.emplace_back();
    read_tokens();
    close_all();
  }

  // The same for the inside of a dictionary that is written out, whose members ('key': value) become the arguments of a
  // nameless call, the first of `calls`.
  void read_members() {
    calls_.emplace_back();
    brackets_.push_back({.call = 0});
    members_ = true;
    read_tokens();
    close_all();
    end_argument();
  }

 private:
  enum class Before { kOther, kDot, kPipe, kIs, kDeclaration };

  static constexpr std::size_t kNoCall = static_cast<std::size_t>(-1);
  // A bracket that is open, and the argument of it that is being read.
  struct Bracket {
    std::size_t call = kNoCall;
    Argument argument;
    std::size_t begin = 0;  // of the value, where it has begun
    std::size_t end = 0;    // of its last token
    bool begun = false;
    bool only_strings = true;
  };

  void read_tokens() {
    while (at_ < end_) {
      const char c = text_[at_];
      if (is_jinja_blank(c)) {
        ++at_;
      } else if (c == '\'' || c == '"') {
        string();
      } else if (is_name_byte(c)) {
        name();
      } else {
        punctuation(c);
      }
    }
  }

  std::size_t behind_blanks(std::size_t at) const {
    while (at < end_ && is_jinja_blank(text_[at])) ++at;
    return at;
  }

  // A token of the innermost bracket's argument.
  void token(std::size_t begin, std::size_t end, bool is_string = false) {
    Bracket& bracket = brackets_.back();
    if (!bracket.begun) bracket.begin = begin;
    bracket.begun = true;
    bracket.end = end;
    if (!is_string) bracket.only_strings = false;
  }

  void string() {
    const std::size_t begin = at_;
    at_ = std::min(end_of_jinja_string(text_.substr(0, end_), begin), end_);
    token(begin, at_, true);
    Bracket& bracket = brackets_.back();
    if (bracket.call != kNoCall && bracket.only_strings) {
      const bool closed = at_ - begin >= 2 && text_[at_ - 1] == text_[begin];
      if (!bracket.argument.literal) bracket.argument.literal.emplace();
      append_jinja_string(*bracket.argument.literal, text_.substr(begin + 1, at_ - begin - (closed ? 2 : 1)));
    }
    before_ = Before::kOther;
  }

  // Reads `a`, or `a.b.c` with blanks wherever Jinja allows them.
  std::string dotted_name() {
    std::string name = before_ == Before::kDot ? "." : "";
    for (;;) {
      const std::size_t begin = at_;
      while (at_ < end_ && is_name_byte(text_[at_])) ++at_;
      name += text_.substr(begin, at_ - begin);
      const std::size_t dot = behind_blanks(at_);
      if (dot >= end_ || text_[dot] != '.') return name;
      const std::size_t next = behind_blanks(dot + 1);
      if (next >= end_ || !is_name_byte(text_[next])) return name;
      name += '.';
      at_ = next;
    }
  }

  void name() {
    const std::size_t begin = at_;
    const Before before = before_;
    std::string word = dotted_name();
    const std::size_t next = behind_blanks(at_);
    if (is_keyword_of_argument(next)) {
      brackets_.back().argument.name = std::move(word);
      brackets_.back().argument.offset = begin;
      brackets_.back().argument.length = at_ - begin;
      at_ = next + 1;
      before_ = Before::kOther;
      return;
    }
    const bool first = std::exchange(first_, false);
    before_ = first && declares(word)                                    ? Before::kDeclaration
              : word == "is" || (word == "not" && before == Before::kIs) ? Before::kIs
                                                                         : Before::kOther;
    token(begin, at_);
    if (next >= end_ || text_[next] != '(') return;
    const bool is_call = (before == Before::kOther || before == Before::kDot) && !is_jinja_keyword(word);
    at_ = next + 1;
    before_ = Before::kOther;
    brackets_.emplace_back();
    if (!is_call) return;
    brackets_.back().call = calls_.size();
    calls_.push_back({.name = std::move(word), .offset = begin});
  }

  // Whether a name that ends before `next` is the `key` of `key=value`.
  bool is_keyword_of_argument(std::size_t next) const {
    const Bracket& bracket = brackets_.back();
    const bool assigns = next < end_ && text_[next] == '=' && (next + 1 >= end_ || text_[next + 1] != '=');
    return assigns && bracket.call != kNoCall && !bracket.begun && bracket.argument.name.empty();
  }

  void punctuation(char c) {
    const std::size_t begin = at_++;
    before_ = c == '.' ? Before::kDot : c == '|' ? Before::kPipe : Before::kOther;
    if (c == '(' || c == '[' || c == '{') {
      token(begin, at_);
      brackets_.emplace_back();
    } else if (c == ')' || c == ']' || c == '}') {
      if (brackets_.size() > 1) close(at_);
      token(begin, at_);
    } else if (c == ',' && brackets_.back().call != kNoCall) {
      end_argument();
    } else if (c == ':' && members_ && brackets_.size() == 1 && brackets_.back().argument.literal) {
      end_key();
    } else {
      token(begin, at_);
    }
  }

  // The string that was read is a member's key.
  void end_key() {
    Bracket& bracket = brackets_.back();
    Argument argument{.name = std::move(*bracket.argument.literal)};
    argument.offset = bracket.begin;
    argument.length = bracket.end - bracket.begin;
    bracket = {.call = bracket.call, .argument = std::move(argument)};
  }

  void end_argument() {
    Bracket& bracket = brackets_.back();
    Argument& argument = bracket.argument;
    if (bracket.begun || !argument.name.empty()) {
      if (bracket.begun) argument.text = text_.substr(bracket.begin, bracket.end - bracket.begin);
      if (!bracket.only_strings) argument.literal.reset();
      if (argument.name.empty()) {
        argument.offset = bracket.begin;
        argument.length = argument.text.size();
      }
      calls_[bracket.call].arguments.push_back(std::move(argument));
    }
    bracket = {.call = bracket.call};
  }

  // The brackets that are still open end with what they hold.
  void close_all() {
    while (end_ > 0 && is_jinja_blank(text_[end_ - 1])) --end_;
    while (brackets_.size() > 1) {
      close(end_);
      token(end_, end_);
    }
  }

  // The innermost bracket, which is not the tag itself, ends at `end`.
  void close(std::size_t end) {
    if (const std::size_t call = brackets_.back().call; call != kNoCall) {
      end_argument();
      calls_[call].length = end - calls_[call].offset;
    }
    brackets_.pop_back();
  }

  std::string_view text_;
  std::size_t at_;
  std::size_t end_;
  std::vector<Call>& calls_;
  std::vector<Bracket> brackets_;
  Before before_ = Before::kOther;
  bool first_ = true;
  bool members_ = false;
};

bool is_named(const Call& call, std::string_view name) {
  return call.name == name || (call.name.size() > name.size() && call.name.ends_with(name) &&
                               call.name[call.name.size() - name.size() - 1] == '.');
}

// Tags without `needle` in them are not read; empty: every tag is.
std::vector<Call> calls_of(const SqlText& text, std::string_view needle) {
  std::vector<Call> calls;
  for (const SqlText::Part& part : text.parts()) {
    if (part.kind != PartKind::kJinjaExpression && part.kind != PartKind::kJinjaStatement) continue;
    const std::string_view inside = inside_of_tag(text.text_of(part));
    if (!needle.empty() && inside.find(needle) == std::string_view::npos) continue;
    const std::size_t before = calls.size();
    TagReader(text.text(), inside, calls).read();
    if (part.within != PartKind::kSqlComment) continue;
    for (std::size_t i = before; i < calls.size(); ++i) calls[i].in_sql_comment = true;
  }
  return calls;
}

bool same_key(std::string_view a, std::string_view b) {
  const auto folded = [](char c) { return c == '-' ? '_' : c; };
  return std::ranges::equal(a, b, {}, folded, folded);
}

void append_members(const SqlText& text, std::string_view dictionary, std::vector<Argument>& entries) {
  dictionary.remove_prefix(1);
  if (dictionary.ends_with('}')) dictionary.remove_suffix(1);
  std::vector<Call> calls;
  TagReader(text.text(), dictionary, calls).read_members();
  std::erase_if(calls[0].arguments, [](const Argument& member) { return member.name.empty(); });
  std::ranges::move(calls[0].arguments, std::back_inserter(entries));
}

}  // namespace

std::vector<SqlText::Call> SqlText::calls() const {
  return calls_of(*this, {});
}

std::vector<SqlText::Call> SqlText::calls(std::string_view name) const {
  const std::size_t dot = name.rfind('.');
  std::vector<Call> found = calls_of(*this, dot == std::string_view::npos ? name : name.substr(dot + 1));
  std::erase_if(found, [&](const Call& call) { return !is_named(call, name); });
  return found;
}

std::vector<SqlText::Argument> config_entries(const SqlText& text) {
  std::vector<Argument> entries;
  for (Call& call : text.calls("config")) {
    if (call.name != "config") continue;
    for (Argument& argument : call.arguments) {
      if (!argument.name.empty()) {
        entries.push_back(std::move(argument));
      } else if (argument.text.starts_with('{')) {
        append_members(text, argument.text, entries);
      }
    }
  }
  return entries;
}

std::optional<SqlText::Argument> config_entry(const SqlText& text, std::string_view key) {
  std::optional<Argument> entry;
  for (Argument& candidate : config_entries(text)) {
    if (same_key(candidate.name, key)) entry = std::move(candidate);
  }
  return entry;
}

}  // namespace plowline
