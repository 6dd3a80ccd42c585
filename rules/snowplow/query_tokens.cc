#include "rules/snowplow/query_tokens.h"

#include <algorithm>

#include "lint/node_parts.h"
#include "source/sql_name.h"

namespace plowline {

QueryTokens::QueryTokens(const SqlText& sql) : text_(sql.text()), tokens_(sql_tokens(sql)) {
  std::erase_if(tokens_, [](const SqlToken& token) { return token.kind == SqlToken::Kind::kJinjaStatement; });
}

std::string_view QueryTokens::text(std::size_t i) const {
  return i < size() ? text_.substr(tokens_[i].offset, tokens_[i].length) : std::string_view();
}

bool QueryTokens::is(std::size_t i, std::string_view word) const {
  return i < size() && tokens_[i].kind == SqlToken::Kind::kWord &&
         std::ranges::equal(text(i), word, [](char a, char b) { return ascii_lower(a) == b; });
}

bool QueryTokens::is_any(std::size_t i, std::initializer_list<std::string_view> words) const {
  return std::ranges::any_of(words, [&](std::string_view word) { return is(i, word); });
}

bool QueryTokens::is_sign(std::size_t i, char sign) const {
  return i < size() && tokens_[i].kind == SqlToken::Kind::kPunctuation && text_[tokens_[i].offset] == sign;
}

std::string QueryTokens::name(std::size_t i) const {
  if (i >= size() || (tokens_[i].kind != SqlToken::Kind::kQuoted && tokens_[i].kind != SqlToken::Kind::kWord))
    return {};
  std::string out(unquoted(text(i)));
  std::ranges::transform(out, out.begin(), ascii_lower);
  return out;
}

std::size_t QueryTokens::item_end(std::size_t i) const {
  std::size_t depth = 0;
  for (; i < size(); ++i) {
    if (is_sign(i, '(')) {
      ++depth;
    } else if (is_sign(i, ')')) {
      if (depth > 0) --depth;  // else: of a bracket around `i`
    } else if (depth == 0 && (is_sign(i, ',') || is_any(i, {"from", "where", "union"}))) {
      return i;
    }
  }
  return size();
}

}  // namespace plowline
