// Python's fnmatch, the glob that dbt's selection methods use.
//
// `*` is any text (dots, slashes and newlines too), `?` any one character, `[seq]` one of a set (with ranges), `[!seq]`
// one that is not; the whole value must match, letter case counts. A `[` without its `]` stands for itself, a range
// whose ends are reversed is dropped, as Python's fnmatch.translate does. Characters are code points; a byte that is
// no UTF-8 counts as one character that equals only itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plowline {

// A compiled pattern. Matching costs at most O(pattern * text), whatever the pattern: it never backtracks further
// than to the last `*`.
class Glob {
 public:
  explicit Glob(std::string_view pattern);

  bool matches(std::string_view text) const;
  // True where the pattern matches nothing but its own text: matches() is then a comparison, and an index can be asked.
  bool literal() const { return literal_; }
  const std::string& pattern() const { return pattern_; }

 private:
  enum class Kind { kCharacter, kAnyCharacter, kSet, kAnyText };
  struct Token {
    Kind kind;
    char32_t character = 0;
    std::size_t set = 0;  // index into sets_
  };
  struct Set {
    bool negated = false;
    std::vector<std::pair<char32_t, char32_t>> ranges;  // both ends included
    bool contains(char32_t c) const;
  };

  void compile();
  std::size_t compile_set(const std::u32string& text, std::size_t begin, std::size_t end);
  void find_fixed_texts();
  bool token_matches(const Token& token, char32_t c) const;

  std::string pattern_;
  bool literal_ = false;
  std::string prefix_;  // what every match starts and ends with: most texts are told apart by these alone
  std::string suffix_;
  std::string inside_;  // the longest text that every match holds somewhere
  std::vector<Token> tokens_;
  std::vector<Set> sets_;
};

}  // namespace plowline
