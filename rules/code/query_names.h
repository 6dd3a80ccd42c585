// The names that a query gives to its own parts: CTEs.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "source/sql_text.h"

namespace plowline {

class QueryTokens;

class QueryNames {
 public:
  // O(text).
  explicit QueryNames(const SqlText& sql);

  // Whether that may be one: it is, or Jinja makes CTEs whose names are not known, or every database has it (`dual`).
  // Letter case apart.
  bool has(std::string_view name) const;
  // How many CTEs are written out.
  std::size_t size() const { return names_.size(); }

 private:
  void add(const QueryTokens& tokens, std::size_t at);
  void add_in_brackets(std::string_view text, const QueryTokens& tokens, std::size_t at);

  std::unordered_set<std::string> names_;  // lower case
  bool unknown_ = false;
};

}  // namespace plowline
