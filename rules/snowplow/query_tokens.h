// The words and signs of a query's SQL by their place, for rules that look around a word.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source/sql_tokens.h"

namespace plowline {

// Every question about a place behind the end, or about std::size_t(-1), is answered with no.
class QueryTokens {
 public:
  // Scans the text, which must outlive this object. Jinja statements are left out. O(text).
  explicit QueryTokens(const SqlText& sql);

  std::size_t size() const { return tokens_.size(); }
  const SqlToken& at(std::size_t i) const { return tokens_[i]; }
  std::span<const SqlToken> all() const { return tokens_; }
  // As it stands in the text; empty where there is none.
  std::string_view text(std::size_t i) const;
  // An unquoted word, letter case apart. `word` in lower case.
  bool is(std::size_t i, std::string_view word) const;
  bool is_any(std::size_t i, std::initializer_list<std::string_view> words) const;
  // A sign: `(`, `,`, `*`.
  bool is_sign(std::size_t i, char sign) const;
  // A name without its quotes, in lower case; empty for what is no name.
  std::string name(std::size_t i) const;
  // Behind the last token of the select list's item in which `i` stands.
  std::size_t item_end(std::size_t i) const;

 private:
  std::string_view text_;
  std::vector<SqlToken> tokens_;
};

}  // namespace plowline
