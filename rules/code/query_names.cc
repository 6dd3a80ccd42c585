#include "rules/code/query_names.h"

#include <algorithm>
#include <vector>

#include "rules/snowplow/query_tokens.h"

namespace plowline {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// The place of the name of the CTE whose query's bracket opens at `open`: `x as (`, `x (a, b) as not materialized (`.
std::size_t name_place(const QueryTokens& tokens, std::size_t open) {
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::size_t at = open - 1;
  if (tokens.is(at, "materialized")) --at;
  if (tokens.is(at, "not")) --at;
  if (!tokens.is(at, "as")) return kNone;
  --at;
  if (!tokens.is_sign(at, ')')) return at;
  while (at != kNone && !tokens.is_sign(at, '(')) --at;
  return at - 1;
}

// By the place of each bracket that opens, that of the one that closes it; 0 where none does, and of other tokens.
std::vector<std::size_t> closing_brackets(const QueryTokens& tokens) {
  std::vector<std::size_t> closing(tokens.size());
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens.is_sign(i, '(')) {
      open.push_back(i);
    } else if (tokens.is_sign(i, ')') && !open.empty()) {
      closing[open.back()] = i;
      open.pop_back();
    }
  }
  return closing;
}

// Whether Jinja there stands for CTEs of its own: behind WITH, or behind another one and a comma.
bool stands_for_ctes(const QueryTokens& tokens, std::size_t i) {
  return tokens.is_any(i - 1, {"with", "recursive"}) || (tokens.is_sign(i - 1, ',') && tokens.is_sign(i - 2, ')'));
}

}  // namespace

QueryNames::QueryNames(const SqlText& sql) {
  const QueryTokens tokens(sql);
  const std::vector<std::size_t> closing = closing_brackets(tokens);
  std::size_t window_end = 0;  // the bracket that closes the last window of a WINDOW clause
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens.at(i).kind == SqlToken::Kind::kJinja && stands_for_ctes(tokens, i)) unknown_ = true;
    if (i == 0 || !tokens.is_sign(i, '(')) continue;
    const std::size_t at = name_place(tokens, i);
    if (at >= tokens.size()) continue;
    // window w as (…), v as (…)
    if (tokens.is(at - 1, "window") || (window_end > 0 && at == window_end + 2 && tokens.is_sign(at - 1, ','))) {
      window_end = closing[i];
      continue;
    }
    const bool jinja = tokens.at(at).kind == SqlToken::Kind::kJinja ||
                       (at > 0 && tokens.at(at).glued && tokens.at(at - 1).kind == SqlToken::Kind::kJinja);
    if (jinja) unknown_ = true;
    if (std::string name = tokens.name(at); !name.empty()) names_.insert(std::move(name));
  }
}

bool QueryNames::has(std::string_view name) const {
  const std::string wanted = lower(name);
  return unknown_ || wanted == "dual" || names_.contains(wanted);
}

}  // namespace plowline
